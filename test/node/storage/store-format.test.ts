/** A data directory as the first format left it, frozen in test/fixtures/store, and what becomes of it. */
import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { encode } from 'cborg'
import { openDatabase } from '../../../node/storage/database.ts'
import { DATA_FORMAT, openStore } from '../../../node/storage/index.ts'
import { decisionCodec } from '../../../protocols/decisions/index.ts'
import { scratchDir } from '../../support/scratch.ts'
import { silentLogger } from '../../support/silent-logger.ts'

const FROZEN = new URL('../../fixtures/store/format-1.json', import.meta.url)
const A = '12D3KooWGzBkWmYQHh8ytmPGbSj1pnSyZ4GhVYNdBWBFFCTTCEDQ'

describe('the format of a store', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>
  let dataDir: string
  beforeEach(async () => {
    scratch = await scratchDir()
    dataDir = join(scratch.path, 'data')
    const files = JSON.parse(await readFile(FROZEN, 'utf8')) as Record<string, string>
    for (const [name, base64] of Object.entries(files)) {
      await mkdir(dirname(join(dataDir, name)), { recursive: true, mode: 0o700 })
      await writeFile(join(dataDir, name), Buffer.from(base64, 'base64'))
    }
  })
  afterEach(() => scratch.remove())

  const formatFile = () => readFile(join(dataDir, 'FORMAT'), 'utf8')

  /** Every record but the name of the store, which each opening changes. */
  const recordsOf = async (): Promise<readonly string[]> => {
    const database = await openDatabase(dataDir)
    try {
      const records: string[] = []
      for await (const [key, value] of database.entries(''))
        if (key !== 'store/stamp') records.push(`${key} ${Buffer.from(value).toString('hex')}`)
      return records
    } finally {
      await database.close()
    }
  }

  const write = async (format: number): Promise<void> => {
    const database = await openDatabase(dataDir)
    await database.write([{ key: 'store/format', value: encode({ format }) }])
    await database.close()
  }

  const assertContent = async (): Promise<void> => {
    const store = await openStore({ dataDir, logger: silentLogger })
    try {
      const { hardState, entries } = await store.consensus.load()
      assert.deepEqual(hardState, { term: 3, votedFor: A, commitIndex: 2 })
      assert.deepEqual(
        entries.map(({ data }) => decisionCodec.decode(data).type),
        ['meshFounded', 'nodeAdmitted'],
      )
      assert.deepEqual(await store.records('membership').get('incarnation'), Uint8Array.of(7))
    } finally {
      await store.close()
    }
  }

  it('rises from the first to the present one, and nothing is lost', async () => {
    const before = await recordsOf()
    assert.equal(await formatFile(), '1\n')
    await assertContent()
    assert.equal(await formatFile(), `${DATA_FORMAT}\n`)
    const after = await recordsOf()
    assert.deepEqual(
      after.filter((record) => !record.startsWith('store/format')),
      before,
    )
    assert.equal(after.length, before.length + 1)
    await assertContent()
  })

  it('rises the rest of the way where a migration was cut off', async () => {
    // The file is raised first, and only then what is in the store.
    await writeFile(join(dataDir, 'FORMAT'), `${DATA_FORMAT}\n`)
    await assertContent()
    assert.ok((await recordsOf()).some((record) => record.startsWith('store/format')))
  })

  it('that is newer is refused, and nothing in the store is written', async () => {
    const format = DATA_FORMAT + 1
    await write(format)
    const before = await recordsOf()
    for (const file of ['1\n', `${DATA_FORMAT}\n`, `${format}\n`]) {
      await writeFile(join(dataDir, 'FORMAT'), file)
      await assert.rejects(openStore({ dataDir, logger: silentLogger }), {
        code: 'dataDirNewer',
        data: { path: dataDir, format, formatMax: DATA_FORMAT },
        message: /Start the newer version again; nothing was changed/,
      })
      assert.equal(await formatFile(), file)
    }
    assert.deepEqual(await recordsOf(), before)
  })

  it('that cannot be read is damage', async () => {
    const database = await openDatabase(dataDir)
    await database.write([{ key: 'store/format', value: Uint8Array.of(1, 2, 3) }])
    await database.close()
    await assert.rejects(openStore({ dataDir, logger: silentLogger }), { code: 'storeCorrupt' })
    assert.equal(await formatFile(), '1\n')
  })
})
