import assert from 'node:assert/strict'
import { readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LOG_BYTES_MAX } from '../../../node/watchdog/limits.ts'
import { openLog } from '../../../node/watchdog/open-log.ts'
import { scratchDir } from '../../support/scratch.ts'

describe('log of a watchdog', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>
  beforeEach(async () => {
    scratch = await scratchDir()
  })
  afterEach(() => scratch.remove())

  const path = () => join(scratch.path, 'watchdog.log')
  const write = async (line: string): Promise<void> => {
    await using log = await openLog(path())
    await log.write(line)
  }

  it('keeps what an earlier one wrote', async () => {
    await write('hung\n')
    await write('started\n')
    assert.equal(await readFile(path(), 'utf8'), 'hung\nstarted\n')
    assert.equal((await stat(path())).mode & 0o777, 0o600)
  })

  it('is set aside once it is too long, and no more than once', async () => {
    for (const letter of ['a', 'b']) {
      await writeFile(path(), letter.repeat(LOG_BYTES_MAX))
      await write('started\n')
    }
    assert.equal(await readFile(path(), 'utf8'), 'started\n')
    assert.equal(await readFile(`${path()}.1`, 'utf8'), 'b'.repeat(LOG_BYTES_MAX))
  })

  it('is written through no link', async () => {
    await symlink(join(scratch.path, 'victim'), path())
    await assert.rejects(openLog(path()), { code: 'ELOOP' })
  })
})
