import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { markStart, openStore } from '../../../node/storage/index.ts'
import { scratchDir } from '../../support/scratch.ts'
import { silentLogger } from '../../support/silent-logger.ts'

const KEY = 'r'

describe('a start that ended its process', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>
  const open = () => openStore({ dataDir: scratch.path, logger: silentLogger })
  const mark = () => markStart(scratch.path, silentLogger)
  const isMarked = () => existsSync(join(scratch.path, 'starting'))

  beforeEach(async () => {
    scratch = await scratchDir()
    // Two lives: the second has LevelDB write the first one's log as a table.
    for (const _ of [1, 2]) {
      const store = await open()
      await store.records('revisions').write([{ key: KEY, value: randomBytes(400) }])
      await store.close()
    }
  })
  afterEach(() => scratch.remove())

  /** The first key of the table reads as shorter than any that LevelDB writes: whoever compares it, dies. */
  const shortenKey = async () => {
    const files = join(scratch.path, 'store')
    const table = (await readdir(files)).find((name) => name.endsWith('.ldb'))
    const path = join(files, table ?? assert.fail('there is no table'))
    const bytes = await readFile(path)
    const first = 'records/revisions/r'
    // Beside the key LevelDB keeps eight bytes of its own.
    const length = bytes.lastIndexOf(first.length + 8, bytes.indexOf(first))
    bytes[length] = 4
    await writeFile(path, bytes)
  }

  it('is known by its mark, which one that ended in order takes away', async () => {
    const isOver = await mark()
    assert.ok(isMarked())
    await isOver()
    assert.ok(!isMarked())
  })

  it('is followed by one as any other, where the store can be read', async () => {
    await mark()
    const isOver = await mark()
    await (await open()).close()
    await isOver()
    assert.ok(!isMarked())
  })

  it('is followed by one that refuses the store, each time, where reading it ends a process', async () => {
    await shortenKey()
    await mark()
    for (const _ of [1, 2])
      await assert.rejects(mark(), { code: 'storeCorrupt', message: /it ended with SIGABRT: .*Assertion/s })
    assert.ok(isMarked())
  })

  it('is not asked after where there is no mark, for the reading costs time', async () => {
    await shortenKey()
    await (await mark())()
  })
})
