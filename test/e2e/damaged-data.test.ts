/** A data directory that this version must not touch: newer than it, damaged, or killed over at any moment. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { cp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startCoterie } from '../cli/coterie.ts'
import { createDaemons, type Daemons, type RunningDaemon } from '../support/daemons.ts'
import { eventually } from '../support/eventually.ts'
import { fingerprint } from '../support/fingerprint.ts'
import { OTHER_TOKEN } from '../support/join-tokens.ts'
import { statusOf, votersOf } from '../support/mesh-views.ts'
import { QUIET, refuseUp } from './refused.ts'

describe('a data directory that a daemon left', function () {
  this.timeout(120_000)
  let daemons: Daemons
  let sound: RunningDaemon

  before(async () => {
    daemons = await createDaemons()
    const founder = await daemons.start({ name: 'attic', found: true })
    await founder.end('SIGTERM')
    // The second start has LevelDB write a table, so that there is one of each of its files.
    sound = await daemons.start({ name: 'attic' })
    await sound.end('SIGTERM')
  })
  after(() => daemons.close())

  let copy: string
  beforeEach(async () => {
    copy = join(daemons.path, 'copy')
    await cp(sound.dataDir, copy, { recursive: true })
  })
  afterEach(() => rm(copy, { recursive: true, force: true }))

  /** LevelDB's diary for people, which it begins anew whenever it looks at a store. */
  const isDiary = (path: string) => /^store\/LOG(\.old)?$/.test(path)

  const assertRefused = async (line: RegExp) => {
    await refuseUp(['--data-dir', copy], line)
    await refuseUp(['--data-dir', copy], line)
  }
  const assertUntouched = async (line: RegExp) => {
    const before = await fingerprint(copy, isDiary)
    await assertRefused(line)
    assert.deepEqual(await fingerprint(copy, isDiary), before)
  }

  const inStore = async (pattern: RegExp): Promise<string> => {
    const name = (await readdir(join(copy, 'store'))).find((candidate) => pattern.test(candidate))
    return join(copy, 'store', name ?? assert.fail(`no ${pattern}`))
  }
  const flip = async (path: string, index: number) => {
    const bytes = await readFile(path)
    bytes[index] = (bytes[index] as number) ^ 0xff
    await writeFile(path, bytes)
  }

  it('written by a newer version is left as it is', async () => {
    await writeFile(join(copy, 'FORMAT'), '3\n')
    await assertUntouched(/was written by a newer coterie \(format 3, this one knows up to 2\)/)
  })

  const damages: Readonly<Record<string, () => Promise<void>>> = {
    'whose CURRENT is garbage': async () => writeFile(await inStore(/^CURRENT$/), 'garbage\n'),
    'whose CURRENT is empty': async () => truncate(await inStore(/^CURRENT$/), 0),
    'whose MANIFEST is cut short': async () => truncate(await inStore(/^MANIFEST/), 20),
    'whose MANIFEST has a flipped byte': async () => flip(await inStore(/^MANIFEST/), 10),
    'whose table is gone': async () => rm(await inStore(/\.ldb$/)),
    'whose write-ahead log has a flipped byte': async () => flip(await inStore(/\.log$/), 8),
    'whose mesh file is cut short': async () => truncate(join(copy, 'mesh.json'), 40),
  }
  for (const [what, damage] of Object.entries(damages)) {
    it(`${what} is refused, and kept as evidence`, async () => {
      await damage()
      await assertUntouched(/is damaged: .*Keep a copy of/)
    })
  }

  // These are found only once LevelDB has opened the store, which moves what is sound.
  const tableDamages: Readonly<Record<string, (table: string) => Promise<void>>> = {
    'has a flipped byte': (table) => flip(table, 40),
    'is cut in half': (table) => truncate(table, 100),
  }
  for (const [what, damage] of Object.entries(tableDamages)) {
    it(`whose table ${what} is refused, and complete again when the table is put right`, async () => {
      const table = await inStore(/\.ldb$/)
      const soundTable = await readFile(table)
      await damage(table)
      const damagedTable = await readFile(table)
      await assertRefused(/is damaged: .*Keep a copy of/)
      assert.deepEqual(await readFile(table), damagedTable)
      await writeFile(table, soundTable)
      const back = await daemons.start({ name: 'copy' })
      assert.deepEqual(back.ready.node, sound.ready.node)
      await back.end('SIGKILL')
    })
  }

  it('whose identity is unreadable is refused', async () => {
    await writeFile(join(copy, 'identity.json'), '{}\n', { mode: 0o600 })
    await refuseUp(['--data-dir', copy], /the identity in .* cannot be used: it holds no private key/)
  })
})

describe('a start that is cut off', function () {
  this.timeout(180_000)
  let daemons: Daemons
  before(async () => {
    daemons = await createDaemons()
  })
  after(() => daemons.close())

  /** Kills a founding as soon as `path` exists in its data directory: whatever comes next, comes or not. */
  const killFoundingAt = async (name: string, path: string) => {
    const dir = join(daemons.path, name)
    const child = startCoterie(['up', '--init', '--data-dir', dir, '--node-name', name, ...QUIET])
    try {
      await eventually(`${path} of ${name}`, () => existsSync(join(dir, path)))
    } finally {
      child.kill('SIGKILL')
      await once(child, 'close')
    }
    return dir
  }

  /** What a person does then: the same line again, or the one that its refusal names. */
  const startAgain = async (name: string, dir: string) => {
    const isMember = existsSync(join(dir, 'mesh.json'))
    if (isMember) await refuseUp(['--init', '--data-dir', dir], /already a member .*Start it with coterie up/)
    return daemons.start({ name, found: !isMember })
  }

  const moments = ['FORMAT', 'store/CURRENT', 'identity.json', 'run/coterie.sock', 'mesh.json', 'api-token']
  for (const [index, path] of moments.entries()) {
    it(`founding, at its ${path}, ends in one mesh, which another can join`, async () => {
      const name = `node-${index}`
      const daemon = await startAgain(name, await killFoundingAt(name, path))
      assert.match(await daemon.invite(), /^coterie_[\w-]+$/)
      assert.equal((await statusOf(daemon)).members.alive, 1)
      assert.equal((await votersOf(daemon)).quorum, true)
    })
  }

  const joining = (dir: string) =>
    startCoterie(['up', '--data-dir', dir, '--at', '127.0.0.1:1', ...QUIET], { COTERIE_TOKEN: OTHER_TOKEN })

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`by ${signal} while it looks for its mesh, ends at once and belongs to none`, async () => {
      const dir = join(daemons.path, `shed-${signal.toLowerCase()}`)
      const child = joining(dir)
      await eventually('it is on its way', () => existsSync(join(dir, 'identity.json')))
      child.kill(signal)
      assert.deepEqual(await once(child, 'exit'), [0, null])
      assert.ok(!existsSync(join(dir, 'mesh.json')))
      await refuseUp(['--data-dir', dir], /belongs to no mesh yet/)
    })
  }

  it('by two signals at once, ends without a stack', async () => {
    const dir = join(daemons.path, 'shed')
    const child = joining(dir)
    let told = ''
    child.stderr.on('data', (chunk) => (told += chunk))
    await eventually('it is on its way', () => existsSync(join(dir, 'identity.json')))
    child.kill('SIGINT')
    child.kill('SIGINT')
    const [code] = await once(child, 'close')
    assert.ok(code === 0 || code === 1)
    const forPeople = told.split('\n').filter((line) => line !== '' && !line.startsWith('{'))
    assert.deepEqual(forPeople, ['coterie: stopping. Once more ends it at once.'])
  })
})
