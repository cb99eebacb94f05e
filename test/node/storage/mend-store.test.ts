import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { cp, mkdir, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { Level } from 'level'
import { fromString, toString as textOf } from 'uint8arrays'
import type { Store } from '../../../node/ports/storage.ts'
import { damagedStores, openStore } from '../../../node/storage/index.ts'
import { DAMAGED_STORES_MAX, mendStore } from '../../../node/storage/mend-store.ts'
import { fingerprint } from '../../support/fingerprint.ts'
import { scratchDir } from '../../support/scratch.ts'
import { silentLogger } from '../../support/silent-logger.ts'

const RECORDS = 300
/** Written together: a disk syncs each such write. */
const BATCH = 50
const DIARY = /^LOG(\.old)?$/

describe('mending a damaged store', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>
  let dataDir: string
  let files: string
  let stamp: string | undefined

  const open = () => openStore({ dataDir, logger: silentLogger })
  const mend = (wallMs = 0) => mendStore({ dataDir, kept: ['revisions'], wallMs, logger: silentLogger })
  const used = async <Result>(work: (store: Store) => Promise<Result>): Promise<Result> => {
    const store = await open()
    try {
      return await work(store)
    } finally {
      await store.close()
    }
  }
  const named = async (pattern: RegExp) => {
    const name = (await readdir(files)).find((candidate) => pattern.test(candidate))
    return join(files, name ?? assert.fail(`no ${pattern}`))
  }
  const flipAt = async (path: string, placeIn: (bytes: Buffer) => number, mask = 0xff) => {
    const bytes = await readFile(path)
    const at = placeIn(bytes)
    bytes[at] = (bytes[at] as number) ^ mask
    await writeFile(path, bytes)
  }
  const flip = (path: string, share: number) => flipAt(path, (bytes) => Math.floor(bytes.byteLength * share))
  /** So far behind where the value of a record begins, from a share of the file on; its key and both lengths lie before it. */
  const behindValue = (bytes: Buffer, share: number, offset: number) =>
    Math.max(0, bytes.indexOf(keyOf(RECORDS / 4), Math.floor(bytes.byteLength * share)) + offset)
  const keyOf = (at: number) => `r${String(at).padStart(4, '0')}`

  beforeEach(async () => {
    scratch = await scratchDir()
    dataDir = join(scratch.path, 'node')
    files = join(dataDir, 'store')
    await mkdir(dataDir)
    // Two lives: the second has LevelDB write the first one's log as a table.
    for (const half of [0, 1]) {
      stamp = await used(async (store) => {
        for (let from = half * (RECORDS / 2); from < (half + 1) * (RECORDS / 2); from += BATCH) {
          const batch = Array.from({ length: BATCH }, (_, at) => {
            const key = keyOf(from + at)
            return { key, value: Buffer.concat([Buffer.from(key), randomBytes(400)]) }
          })
          await store.records('revisions').write(batch)
          await store.records('membership').write(batch)
          const hardState = { term: 1, votedFor: null, commitIndex: from + BATCH }
          const entries = batch.map((_, at) => ({
            ...{ index: from + at + 1, term: 1, kind: 'decision' as const, data: randomBytes(100) },
          }))
          await store.consensus.persist({ hardState, entries })
        }
        return store.consensus.stamp?.id
      })
    }
  })
  afterEach(() => scratch.remove())

  const damages: Readonly<Record<string, () => Promise<void>>> = {
    'with a flipped byte in a value of its table': async () =>
      flipAt(await named(/\.ldb$/), (bytes) => behindValue(bytes, 1 / 3, 50)),
    'with a flipped byte in a key of its table': async () =>
      flipAt(await named(/\.ldb$/), (bytes) => behindValue(bytes, 1 / 3, -13)),
    'with a flipped bit in the length of a key of its table': () => flipLength(),
    'with a flipped byte in its write-ahead log': async () => flip(await named(/\.log$/), 0.3),
    'with a garbled MANIFEST': async () => writeFile(await named(/^MANIFEST/), 'garbage'),
    'with a flipped byte in its MANIFEST': async () => flip(await named(/^MANIFEST/), 0.2),
    'without its MANIFEST': async () => rm(await named(/^MANIFEST/)),
    'whose CURRENT is garbage': async () => writeFile(await named(/^CURRENT$/), 'garbage\n'),
    'whose CURRENT is gone': async () => rm(await named(/^CURRENT$/)),
    'whose table is cut in half': async () => {
      const table = await named(/\.ldb$/)
      await truncate(table, Math.floor((await readFile(table)).byteLength / 2))
    },
    'whose table is gone': async () => rm(await named(/\.ldb$/)),
    'of which nothing is sound': async () => {
      for (const name of await readdir(files)) await writeFile(join(files, name), randomBytes(64))
    },
  }
  /** What follows reads as keys that are out of their order, and that is the death of LevelDB's repair. */
  const flipLength = async () =>
    flipAt(await named(/\.ldb$/), (bytes) => behindValue(bytes, 1 / 3, -16), 0x01)
  /** What the store has now is what was carried over, each whole, and nothing else. */
  const assertHolds = (records: number) =>
    used(async (store) => {
      assert.notEqual(store.consensus.stamp?.id, stamp)
      assert.deepEqual(await store.consensus.load(), { hardState: null, entries: [] })
      const kept: string[] = []
      for await (const [key, value] of store.records('revisions').entries()) {
        assert.equal(textOf(value.slice(0, 5)), key, 'each carried over is whole')
        kept.push(key)
      }
      assert.equal(kept.length, records)
      for await (const _ of store.records('membership').entries()) assert.fail('only what stands for itself')
    })

  for (const [what, damage] of Object.entries(damages)) {
    it(`${what} keeps it as it was, and makes one that promised nothing`, async () => {
      await damage()
      const isDiary = (path: string) => DIARY.test(path)
      const damaged = await fingerprint(files, isDiary)
      const { setAside, records } = await mend()
      assert.deepEqual(await damagedStores(dataDir), [setAside])
      assert.deepEqual(await fingerprint(setAside, isDiary), damaged)
      await assertHolds(records)
    })
  }

  it('carries over all that one damaged place leaves', async () => {
    await rm(await named(/^MANIFEST/))
    assert.equal((await mend()).records, RECORDS)
  })

  it('goes on where LevelDB dies of it: without its repair, and says what it died of', async () => {
    await flipLength()
    const { deaths, records } = await mend()
    assert.equal(deaths.length, 1)
    assert.match(deaths[0] ?? '', /^it ended with SIGABRT: .*Assertion/s)
    assert.ok(records > RECORDS / 2, `${records} records`)
    await assertHolds(records)
  })

  it('is mended wherever a byte of it is another one', async () => {
    const sound = join(scratch.path, 'sound')
    await cp(dataDir, sound, { recursive: true })
    const place = fc.oneof(
      fc.record({ share: fc.double({ min: 0, max: 0.9999, noNaN: true }) }),
      // A key with its lengths is some bytes in hundreds, and does the most harm.
      fc.record({
        share: fc.double({ min: 0, max: 0.5, noNaN: true }),
        offset: fc.integer({ min: -24, max: -1 }),
      }),
    )
    const file = fc.constantFrom(/\.ldb$/, /\.log$/, /^MANIFEST/)
    const mask = fc.integer({ min: 1, max: 0xff })
    await fc.assert(
      fc.asyncProperty(file, place, mask, async (pattern, { share, ...near }, bits) => {
        await rm(dataDir, { recursive: true })
        await cp(sound, dataDir, { recursive: true })
        const placeIn = (bytes: Buffer) =>
          'offset' in near ? behindValue(bytes, share, near.offset) : Math.floor(bytes.byteLength * share)
        await flipAt(await named(pattern), placeIn, bits)
        const { records } = await mend()
        await assertHolds(records)
      }),
      { numRuns: 6 },
    )
  })

  it('carries over nothing where nobody knows the format of it', async () => {
    const level = new Level<string, Uint8Array>(files, { valueEncoding: 'view' })
    await level.del('store/format')
    await level.close()
    assert.equal((await mend()).records, 0)
    await used(async (store) => assert.equal(await store.records('revisions').get(keyOf(0)), null))
  })

  it('is refused while another process has it open', async () => {
    const store = await open()
    try {
      await assert.rejects(mend(), { code: 'dataDirInUse' })
    } finally {
      await store.close()
    }
    assert.deepEqual(await damagedStores(dataDir), [])
  })

  it('is refused where the data directory itself is not known', async () => {
    await writeFile(join(dataDir, 'FORMAT'), 'garbage')
    await assert.rejects(mend(), { code: 'storeCorrupt' })
    assert.deepEqual(await damagedStores(dataDir), [])
  })

  it('is refused when it happens again and again', async () => {
    for (let at = 0; at < DAMAGED_STORES_MAX; at++) {
      await mend(at * 1_000)
      await used(async (store) =>
        store.records('revisions').write([{ key: keyOf(at), value: fromString('x') }]),
      )
    }
    await assert.rejects(mend(9_000), { code: 'storeCorrupt' })
    assert.equal((await damagedStores(dataDir)).length, DAMAGED_STORES_MAX)
  })

  it('that was cut off between its renames is ended by the next opening', async () => {
    await rm(await named(/^MANIFEST/))
    await mend()
    await rename(files, `${files}.new`)
    await used(async (store) => {
      assert.ok(await store.records('revisions').get(keyOf(0)))
      assert.equal((await store.consensus.load()).hardState, null)
    })
  })

  it('that was cut off leaves nothing behind that a next one minds', async () => {
    await mkdir(join(dataDir, 'store.copy'))
    await writeFile(join(dataDir, 'store.copy', 'CURRENT'), 'MANIFEST-000999\n')
    await mkdir(join(dataDir, 'store.new'))
    await mend()
    assert.deepEqual(
      (await readdir(dataDir)).filter((name) => /^store\.(copy|new)$/.test(name)),
      [],
    )
  })
})
