/** `coterie watchdog -- ...` as the first process of a namespace of pids, as in an image. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ENTRY } from '../../cli/coterie.ts'
import { eventually } from '../../support/eventually.ts'
import { requires } from '../../support/requirements.ts'
import { createStage, type Stage } from './stage.ts'

const DAEMON = fileURLToPath(new URL('./probing-daemon.ts', import.meta.url))
const NAMESPACE = ['--pid', '--fork', '--mount-proc', '--kill-child']

describe('watchdog: and the first process', () => {
  let stage: Stage
  before(function () {
    requires(this, 'root')
  })
  beforeEach(async () => {
    stage = await createStage()
  })
  afterEach(() => stage?.clear())

  it('is it, reaps orphans, hands signals on, and ends with the code of its daemon', async () => {
    // An orphan that ends at once, then a daemon that tells by /proc whether it is still listed.
    const daemon = `(sleep 0.05 & echo $! >${stage.dataDir}/orphan); trap 'exit 3' TERM
      while [ -e /proc/$(cat ${stage.dataDir}/orphan) ]; do sleep 0.05; done; echo reaped; while :; do sleep 0.05; done`
    const words = [process.execPath, ENTRY, 'watchdog', '--data-dir', stage.dataDir, '--', 'sh', '-c', daemon]
    const { child, said } = await stage.run('unshare', ...NAMESPACE, ...words)
    assert.equal(said, 'reaped\n')
    const first = await eventually('the first process is found', () =>
      Number(execFileSync('pgrep', ['-P', String(child.pid)], { encoding: 'utf8' })),
    )
    const exited = once(child, 'exit')
    process.kill(first, 'SIGTERM')
    assert.equal((await exited)[0], 3)
  })

  it('may be the init of an image, which ends with the daemon: then the watchdog must stand between them', async () => {
    // A script bears the name of its file, as docker-init bears its own.
    const init = join(stage.dataDir, 'docker-init')
    await writeFile(init, '#!/bin/sh\n"$@" &\nwait $!\n', { mode: 0o755 })
    const daemon = `${process.execPath} ${DAEMON} ${stage.dataDir}`
    const watchdog = `${process.execPath} ${ENTRY} watchdog --data-dir ${stage.dataDir}`
    const below = async (script: string) =>
      (await stage.run('unshare', ...NAMESPACE, init, 'sh', '-c', script)).said
    const told = await below(`${watchdog} --ends-idle >/dev/null & exec ${daemon}`)
    assert.match(told, /^docker-init ends with the daemon, .*start it by coterie watchdog -- coterie up\n$/)
    assert.equal(await below(`${watchdog} >/dev/null & ${daemon}; true`), told)
    assert.equal(await below(`exec ${watchdog} -- ${daemon}`), 'null\n')
  })
})
