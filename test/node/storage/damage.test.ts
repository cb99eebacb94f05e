import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Level } from 'level'
import type { Store } from '../../../node/ports/storage.ts'
import { openStore } from '../../../node/storage/index.ts'
import { scratchDir } from '../../support/scratch.ts'
import { silentLogger } from '../../support/silent-logger.ts'

const ENTRIES = 200

describe('a damaged store', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>
  let dataDir: string
  let files: string

  const open = () => openStore({ dataDir, logger: silentLogger })
  const named = async (pattern: RegExp) => {
    const name = (await readdir(files)).find((candidate) => pattern.test(candidate))
    return join(files, name ?? assert.fail(`no ${pattern}`))
  }
  const flipBit = async (path: string, at: number) => {
    const bytes = await readFile(path)
    bytes[at] = (bytes[at] as number) ^ 1
    await writeFile(path, bytes)
  }
  const fill = async (store: Store) => {
    for (let index = 1; index <= ENTRIES; index++) {
      const hardState = { term: 1, votedFor: null, commitIndex: index }
      const entry = { index, term: 1, kind: 'decision' as const, data: randomBytes(1000) }
      await store.consensus.persist({ hardState, entries: [entry] })
    }
  }

  beforeEach(async () => {
    scratch = await scratchDir()
    dataDir = scratch.path
    files = join(dataDir, 'store')
    const store = await open()
    await fill(store)
    await store.close()
  })
  afterEach(() => scratch.remove())

  /** It is refused, twice in the same way, and no file has gone. */
  const assertRefused = async () => {
    const before = await readdir(files)
    await assert.rejects(open(), { code: 'storeCorrupt' })
    await assert.rejects(open(), { code: 'storeCorrupt' })
    const after = new Set(await readdir(files))
    assert.deepEqual(
      before.filter((name) => !name.startsWith('LOG') && !after.has(name)),
      [],
    )
  }

  it('with a garbled MANIFEST is refused', async () => {
    await writeFile(await named(/^MANIFEST/), 'garbage')
    await assertRefused()
  })

  it('without its MANIFEST is refused', async () => {
    await rm(await named(/^MANIFEST/))
    await assertRefused()
  })

  it('without CURRENT is refused', async () => {
    await rm(join(files, 'CURRENT'))
    await assertRefused()
  })

  it('without FORMAT is refused', async () => {
    await rm(join(dataDir, 'FORMAT'))
    await assertRefused()
  })

  it('with one bit of its write-ahead log flipped is refused', async () => {
    const log = await named(/\.log$/)
    for (const at of [20, 40_000, 150_000]) {
      await flipBit(log, at)
      await assertRefused()
      await flipBit(log, at)
    }
    await (await open()).close()
  })

  it('whose last write was cut off opens with what was acknowledged before', async () => {
    const log = await named(/\.log$/)
    const { byteLength } = await readFile(log)
    await truncate(log, byteLength - 10)
    const store = await open()
    try {
      assert.equal((await store.consensus.load()).entries.length, ENTRIES - 1)
    } finally {
      await store.close()
    }
  })

  /** Opens LevelDB itself and does to it what a bad disk or a bad hand would. */
  const tamper = async (change: (level: Level<string, Uint8Array>) => Promise<void>) => {
    const level = new Level<string, Uint8Array>(files, { valueEncoding: 'view' })
    await change(level)
    await level.close()
  }
  const assertLoadRefused = async () => {
    const store = await open()
    try {
      await assert.rejects(store.consensus.load(), { code: 'storeCorrupt' })
    } finally {
      await store.close()
    }
  }
  const key = (index: number) => `consensus/entry/${String(index).padStart(16, '0')}`

  it('with a bit of a table flipped is refused when it is read', async () => {
    await (await open()).close()
    const table = await named(/\.ldb$/)
    await flipBit(table, Math.floor((await readFile(table)).byteLength / 2))
    await assertLoadRefused()
  })

  it('whose log lacks an entry in the middle is refused', async () => {
    await tamper((level) => level.del(key(77)))
    await assertLoadRefused()
  })

  it('whose log lacks its first entry is refused', async () => {
    await tamper((level) => level.del(key(1)))
    await assertLoadRefused()
  })

  it('whose log ends before what was committed is refused', async () => {
    await tamper((level) => level.del(key(ENTRIES)))
    await assertLoadRefused()
  })

  it('with an entry under the number of another is refused', async () => {
    await tamper(async (level) => level.put(key(7), (await level.get(key(8))) as Uint8Array))
    await assertLoadRefused()
  })
})
