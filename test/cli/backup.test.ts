import assert from 'node:assert/strict'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BackupDesk } from '../../node/control/index.ts'
import type { BackupPart } from '../../protocols/control/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { type Fixture, startControl } from '../node/control/fixture.ts'
import { MANIFEST } from '../node/control/hand-made.ts'
import { requires } from '../support/requirements.ts'
import { scratchDir } from '../support/scratch.ts'
import { mountSmallDisk, type SmallDisk } from '../support/small-disk.ts'
import { coterie, ENTRY, runWithin } from './coterie.ts'

const PASSPHRASE = 'correct horse battery'
const BYTES = Buffer.from('some bytes that nobody can read')
const PARTS: readonly BackupPart[] = [
  { type: 'part', data: BYTES.subarray(0, 10).toString('base64') },
  { type: 'part', data: BYTES.subarray(10).toString('base64') },
]
const WHOLE: BackupPart = { type: 'whole', bytes: BYTES.byteLength, manifest: MANIFEST }

describe('cli: backup', () => {
  let fixture: Fixture
  let scratch: Awaited<ReturnType<typeof scratchDir>>
  let passphrase: string
  let asked: string[]
  let lines: () => AsyncIterable<BackupPart>

  const backUp: BackupDesk['backUp'] = async (given) => {
    asked.push(given)
    return lines()
  }
  const given = (...parts: readonly BackupPart[]) =>
    async function* () {
      yield* parts
    }

  before(async () => {
    fixture = await startControl({ backups: { backUp } })
  })
  after(() => fixture.stop())
  beforeEach(async () => {
    scratch = await scratchDir()
    passphrase = join(scratch.path, 'passphrase')
    await writeFile(passphrase, `${PASSPHRASE}\n`)
    asked = []
    lines = given(...PARTS, WHOLE)
  })
  afterEach(() => scratch.remove())

  const words = (file: string, ...more: string[]) => [
    ...['backup', '--file', file, '--passphrase-file', passphrase, '--socket', fixture.socketPath],
    ...more,
  ]
  const run = (file: string, ...more: string[]) => coterie(words(file, ...more))
  const nothingLeft = async () => assert.deepEqual(await readdir(scratch.path), ['passphrase'])

  it('writes what the daemon gives for this user alone, and says what is in it', async () => {
    const file = join(scratch.path, 'attic.backup')
    const { code, stdout, stderr } = await run(file)
    assert.equal(code, 0, stderr)
    assert.ok((await readFile(file)).equals(BYTES))
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    assert.deepEqual(asked, [PASSPHRASE])
    assert.match(stdout, /Written to .*attic\.backup/)
    assert.match(stdout, /holds +3 machines, 1 service, 2 users, 0 join tokens/)
    assert.match(stdout, /the root's key, so whoever opens it can let any machine in/)
    assert.deepEqual((await readdir(scratch.path)).sort(), ['attic.backup', 'passphrase'])
  })

  it('replaces a file with --force alone, and asks nothing before', async () => {
    const file = join(scratch.path, 'taken')
    await writeFile(file, 'mine')
    const { code, stderr } = await run(file)
    assert.equal(code, 1)
    assert.match(stderr, /it is there already.*--force/)
    assert.deepEqual(asked, [])
    assert.equal(await readFile(file, 'utf8'), 'mine')
    assert.equal((await run(file, '--force', '--json')).code, 0)
    assert.ok((await readFile(file)).equals(BYTES))
  })

  it('leaves nothing of one that did not come to its end', async () => {
    const file = join(scratch.path, 'attic.backup')
    const cases: [() => AsyncIterable<BackupPart>, RegExp][] = [
      [given(...PARTS), /ended before the backup was whole/],
      [given(PARTS[0] as BackupPart, WHOLE), /ended before the backup was whole/],
      [
        async function* () {
          yield* PARTS
          throw new CoterieError('storeCorrupt', { path: '/data', detail: 'a record is gone' })
        },
        /a record is gone/,
      ],
    ]
    for (const [script, said] of cases) {
      lines = script
      const { code, stderr } = await run(file)
      assert.equal(code, 1)
      assert.match(stderr, said)
      await nothingLeft()
    }
  })

  it('says where it cannot write, and refuses an empty or a short passphrase', async () => {
    const { stderr } = await run(join(scratch.path, 'no', 'such', 'place'))
    assert.match(stderr, /was not written: ENOENT/)
    for (const [text, said] of [
      ['\n', /its first line is empty/],
      ['short\n', /passphrase/],
    ] as const) {
      await writeFile(passphrase, text)
      const refused = await run(join(scratch.path, 'attic.backup'))
      assert.equal(refused.code, 1)
      assert.match(refused.stderr, said)
    }
    assert.match((await coterie(['backup', '--socket', fixture.socketPath])).stderr, /needs --file FILE/)
    await nothingLeft()
  })

  describe('on a full disk', () => {
    let disk: SmallDisk | undefined
    after(() => disk?.close())

    it('leaves nothing there, and says so', async function () {
      requires(this, 'root')
      const small = await mountSmallDisk(scratch.path, 1)
      disk = small
      await writeFile(small.seen('passphrase'), `${PASSPHRASE}\n`)
      await small.fill()
      const { code, stderr } = await runWithin(small.within, [
        process.execPath,
        ENTRY,
        ...words(join(scratch.path, 'attic.backup')),
      ])
      assert.equal(code, 1)
      assert.match(stderr, /was not written: ENOSPC/)
      assert.deepEqual((await readdir(small.seen(''))).sort(), ['filler', 'passphrase'])
      // The scratch directory can be removed once nothing is mounted there.
      await small.close()
      disk = undefined
    })
  })
})

describe('cli: leave --purge', () => {
  let fixture: Fixture
  let purged: (boolean | undefined)[]
  before(async () => {
    fixture = await startControl({
      membership: {
        leave: async ({ purge }) => {
          purged.push(purge)
          const [removes, leaves] = [['mesh.json'], ['photos']]
          return { mesh: 'home', dataDir: '/nowhere', tasksLeft: ['shop.web.0.7'], removes, leaves }
        },
      },
    })
  })
  after(() => fixture.stop())
  beforeEach(() => {
    purged = []
  })

  it('says what would be deleted, and does nothing without a yes', async () => {
    const { code, stderr } = await coterie(['leave', '--purge', '--socket', fixture.socketPath])
    assert.equal(code, 1)
    assert.match(stderr, /take kitchen out of the mesh home for good and delete its keys and its store in \//)
    assert.match(stderr, /the key of the mesh's root is among them/)
    assert.deepEqual(purged, [])
  })

  it('says what was removed, what stays, and what did not end', async () => {
    const { code, stdout } = await coterie(['leave', '--purge', '-y', '--socket', fixture.socketPath])
    assert.equal(code, 0)
    assert.match(stdout, /Removed from \/nowhere: mesh\.json/)
    assert.match(stdout, /Left there, for it is not Coterie's: photos/)
    assert.match(stdout, /end them by hand: shop\.web\.0\.7/)
    assert.deepEqual(purged, [true])
  })
})
