import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { requires } from '../support/requirements.ts'
import { scratchDir } from '../support/scratch.ts'

const FOLDER = fileURLToPath(new URL('../../packaging/', import.meta.url))
const UNITS = ['coterie.service', 'coterie-watchdog.service']

describe('packaging: systemd units', () => {
  it('are understood by systemd to the last word', async function () {
    requires(this, 'systemd')
    const scratch = await scratchDir()
    try {
      const paths = UNITS.map((unit) => join(scratch.path, unit))
      for (const [at, unit] of UNITS.entries()) {
        const text = await readFile(join(FOLDER, unit), 'utf8')
        // Whether coterie is installed here is not the question.
        await writeFile(paths[at] as string, text.replace('ExecStart=coterie', 'ExecStart=/bin/true'))
      }
      const { stdout, stderr } = spawnSync('systemd-analyze', ['verify', ...paths], { encoding: 'utf8' })
      // It exits with 0 where it only warns of a word that it does not know.
      assert.equal(stdout + stderr, '')
    } finally {
      await scratch.remove()
    }
  })

  it('keep the watchdog out of the daemon', async () => {
    const [daemon = '', watchdog = ''] = await Promise.all(
      UNITS.map((unit) => readFile(join(FOLDER, unit), 'utf8')),
    )
    const flagOf = (text: string, flag: string) => new RegExp(`ExecStart=.*${flag} (\\S+)`).exec(text)?.[1]
    assert.equal(flagOf(daemon, '--data-dir'), flagOf(watchdog, '--data-dir'))
    assert.match(daemon, /^Environment=COTERIE_WATCHDOG=external$/m)
    assert.match(daemon, /^After=.*coterie-watchdog\.service/m)
    assert.doesNotMatch(daemon, /^(Requires|BindsTo)=/m)
    assert.doesNotMatch(watchdog, /^(Requires|BindsTo|PartOf|ProtectControlGroups|ProtectProc)=/m)
  })
})
