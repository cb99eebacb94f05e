/** A backup of one machine: all machines are lost, or that one alone; and what is no good backup. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { showBackup } from '../../node/daemon/restore.ts'
import type { Quorum, Root } from '../../protocols/control/index.ts'
import { coterie, ENTRY, runWithin } from '../cli/coterie.ts'
import { createDaemons, type Daemons, type RunningDaemon } from '../support/daemons.ts'
import { eventually } from '../support/eventually.ts'
import { agreedLeader, allAlive, settledVoters, statusOf, votersOf } from '../support/mesh-views.ts'
import { requires } from '../support/requirements.ts'
import { mountSmallDisk } from '../support/small-disk.ts'
import {
  deploy,
  onlyPrograms,
  PROCESSES_ONLY,
  runningOn,
  servicesOf,
  sleeper,
} from '../support/task-views.ts'

const PROJECT = 'e2e-backup'
const PASSPHRASE = 'correct horse battery'

describe('a backup', function () {
  this.timeout(120_000)
  let daemons: Daemons
  let mesh: RunningDaemon[]
  let [file, passphrase] = ['', '']
  /** Known before the loss. */
  let root: Root
  let oldToken: string

  before(async () => {
    daemons = await createDaemons(undefined, PROCESSES_ONLY)
    mesh = await daemons.mesh('attic', 'cellar', 'shed')
    await settledVoters(mesh, 3)
    file = join(daemons.path, 'mesh.backup')
    passphrase = join(daemons.path, 'passphrase')
    await writeFile(passphrase, `${PASSPHRASE}\n`)
  })
  after(() => daemons.close())

  const at = (index: number) => mesh[index] as RunningDaemon
  const dirOf = (name: string) => join(daemons.path, name)
  const backUp = (daemon: RunningDaemon, to: string) =>
    coterie(['backup', '--file', to, '--passphrase-file', passphrase, '--socket', daemon.ready.socket])
  const restoreWords = (from: string, dataDir: string) => [
    ...['restore', from, '--data-dir', dataDir, '--passphrase-file', passphrase],
  ]
  const restore = (from: string, dataDir: string) => coterie(restoreWords(from, dataDir))
  const leave = (daemon: RunningDaemon) =>
    coterie(['leave', '--purge', '-y', '--socket', daemon.ready.socket])
  const rootOf = async (daemon: RunningDaemon) => (await daemon.get('/v1/root')) as Root
  const usersOf = async (daemon: RunningDaemon) => {
    const { users } = (await daemon.get('/v1/users')) as { users: { user: string; role: string }[] }
    return users.map(({ user, role }) => `${user} ${role}`)
  }
  const service = (name: string) => sleeper(PROJECT, name)
  const namesOf = async (daemon: RunningDaemon) =>
    (await servicesOf(daemon)).filter(({ project }) => project === PROJECT).map(({ name }) => name)

  describe('of a machine that is lost while the others live', () => {
    it('is made while the mesh works', async () => {
      await deploy(at(0), service('web'))
      const { code, stdout, stderr } = await backUp(at(1), dirOf('cellar.backup'))
      assert.equal(code, 0, stderr)
      assert.match(stdout, /machine +cellar .*\nmesh .*\nmade .*\nup to +decision \d+ of generation 1\n/)
      assert.match(stdout, /neither the root's key nor what issues certificates/)
      const bytes = await readFile(dirOf('cellar.backup'))
      const identity = JSON.parse(await readFile(join(at(1).dataDir, 'identity.json'), 'utf8'))
      assert.ok(!bytes.includes(Buffer.from(identity.privateKey, 'base64')))
      assert.ok(!bytes.includes(identity.privateKey))
    })

    it('brings it back as an observer: what the lost store promised, it does not say again', async () => {
      const lost = at(1)
      await deploy(at(0), service('db'))
      await lost.end('SIGKILL')
      await rm(lost.dataDir, { recursive: true })
      // Of three voters, one is left that counts: whatever the restored one said would make a majority.
      await at(2).end('SIGKILL')
      const { code, stdout, stderr } = await restore(dirOf('cellar.backup'), lost.dataDir)
      assert.equal(code, 0, stderr)
      assert.match(stdout, /Start it with coterie up/)
      assert.equal((await stat(lost.dataDir)).mode & 0o777, 0o700)
      const back = await daemons.start({ name: 'cellar' })
      mesh[1] = back
      assert.equal(back.ready.node.id, lost.ready.node.id)
      assert.ok(back.ready.notes.some((note) => /restored from a backup/.test(note)))
      await eventually('they see each other', async () => (await statusOf(at(0))).members.alive === 2)
      await assert.rejects(at(0).post('/v1/tokens', { ttlMs: 60_000, uses: 1, role: 'full' }), /noQuorum/)
      const { role, leader } = await statusOf(back)
      assert.deepEqual([role, leader], ['observer', null])
    })

    it('gives it its vote again once it has caught up from a majority', async () => {
      mesh[2] = await daemons.start({ name: 'shed' })
      await agreedLeader(mesh)
      await settledVoters(mesh, 3)
      await eventually('cellar votes', async () => ['voter', 'leader'].includes((await statusOf(at(1))).role))
      await eventually('it knows what was decided after the backup', async () =>
        (await namesOf(at(1))).includes('db'),
      )
      assert.deepEqual((await at(1).get('/v1/quorum/lost')) as object, { decisions: [], spans: [] })
      // Its word counts: with it alone, another one is a majority.
      await at(0).end('SIGKILL')
      await agreedLeader([at(1), at(2)], at(0).ready.node.id)
      await deploy(at(1), service('cache'))
      mesh[0] = await daemons.start({ name: 'attic' })
      await agreedLeader(mesh)
    })
  })

  describe('of one machine, where all are lost', () => {
    it('is made at the machine that has the root', async () => {
      await at(2).post('/v1/users', { user: 'ada', kind: 'person', role: 'operator' })
      oldToken = await at(0).invite({ uses: 3 })
      root = await rootOf(at(0))
      const { code, stdout, stderr } = await backUp(at(0), file)
      assert.equal(code, 0, stderr)
      assert.match(stdout, /holds +3 machines, 3 services, 2 users/)
      assert.match(stdout, /the root's key/)
      const shown = await coterie(['restore', file, '--show', '--passphrase-file', passphrase, '--json'])
      const { node, nodeName, rootKey } = JSON.parse(shown.stdout)
      assert.deepEqual([node, nodeName, rootKey], [at(0).ready.node.id, 'attic', true])
    })

    it('makes the mesh anew, with all that was decided', async () => {
      await Promise.all(mesh.map((daemon) => daemon.end('SIGKILL')))
      for (const { dataDir } of mesh) await rm(dataDir, { recursive: true })
      const { code, stderr } = await restore(file, dirOf('attic'))
      assert.equal(code, 0, stderr)
      const attic = await daemons.start({ name: 'attic' })
      assert.equal((await statusOf(attic)).role, 'observer')
      const { members, leader } = (await attic.get('/v1/quorum')) as Quorum
      assert.deepEqual([members.length, leader], [3, null])
      const recovered = await coterie(['quorum', 'recover', '-y', '--socket', attic.ready.socket])
      assert.equal(recovered.code, 0, recovered.stderr)
      assert.match(recovered.stdout, /Generation \d+ goes on from decision \d+/)
      assert.deepEqual(
        (await votersOf(attic)).voters.map(({ name }) => name),
        ['attic'],
      )
      assert.deepEqual((await namesOf(attic)).sort(), ['cache', 'db', 'web'])
      assert.deepEqual((await usersOf(attic)).sort(), ['ada operator', 'admin admin'])
      const { fingerprint, keyHere } = await rootOf(attic)
      assert.deepEqual([fingerprint, keyHere], [root.fingerprint, true])
      await deploy(attic, service('after'))
      const [task] = await runningOn([attic], service('after'))
      assert.ok(Number(task?.task.split('.').at(-1)) >= 2 ** 40, 'tokens rose over those of the lost mesh')
      mesh = [attic]
    })

    it('lets machines in by a new token, and by one from before the loss', async () => {
      const flags = ['--at', at(0).ready.addresses[0] as string]
      const token = await at(0).invite()
      const loft = await daemons.start({ name: 'loft', token, flags })
      const barn = await daemons.start({ name: 'barn', token: oldToken, flags })
      mesh = [at(0), loft, barn]
      await allAlive(mesh, 3)
      await settledVoters(mesh, 3)
      assert.deepEqual((await namesOf(barn)).sort(), ['after', 'cache', 'db', 'web'])
      // It needs no recovery any more.
      await at(0).end('SIGKILL')
      mesh[0] = await daemons.start({ name: 'attic' })
      await agreedLeader(mesh)
      assert.ok(!at(0).ready.notes.some((note) => /restored from a backup/.test(note)))
    })
  })

  describe('that cannot be restored', () => {
    const fresh = () => dirOf('fresh')
    const refused = async (from: string, dataDir: string, said: RegExp) => {
      const { code, stderr } = await restore(from, dataDir)
      assert.equal(code, 1)
      assert.match(stderr, said)
      assert.equal(stderr.trimEnd().split('\n').length, 1)
    }
    const nothingThere = () => assert.rejects(stat(fresh()), /ENOENT/)

    it('because it is damaged, cut off, or no backup, leaves nothing', async () => {
      const bytes = await readFile(file)
      const other = dirOf('other.backup')
      const flipped = Buffer.from(bytes)
      flipped[bytes.byteLength - 100] = (flipped[bytes.byteLength - 100] as number) ^ 1
      const newer = Buffer.from(bytes.toString('latin1').replace('"version":1', '"version":9'), 'latin1')
      const cases: [Uint8Array, RegExp][] = [
        [bytes.subarray(0, bytes.byteLength - 1), /is damaged: it was changed or cut off at byte/],
        [flipped, /is damaged: it was changed or cut off at byte/],
        [newer, /made by a newer coterie: it has the form 9/],
        [Buffer.from('{"what":"else"}\n'), /does not begin as one/],
      ]
      for (const [content, said] of cases) {
        await writeFile(other, content)
        await refused(other, fresh(), said)
        await nothingThere()
      }
      await refused(dirOf('nothing.backup'), fresh(), /cannot be read as a backup: ENOENT/)
      await nothingThere()
    })

    it('because the passphrase is another one', async () => {
      await assert.rejects(showBackup({ file, passphrase: 'wrong horse battery' }), /does not open/)
    })

    it('because a daemon runs there, or a node of a mesh is there already', async () => {
      await refused(file, at(0).dataDir, /is in use by another daemon/)
      await at(0).end('SIGTERM')
      await refused(file, at(0).dataDir, /is not empty: a member of the mesh .* is in it/)
      assert.ok(!(await readdir(at(0).dataDir)).includes('restoring'))
    })

    it('because the disk is full: the directory is as it was', async function () {
      requires(this, 'root')
      const directory = dirOf('small')
      await mkdir(directory)
      const small = await mountSmallDisk(directory, 1)
      try {
        await small.fill()
        const words = [process.execPath, ENTRY, ...restoreWords(file, join(directory, 'data'))]
        const { code, stderr } = await runWithin(small.within, words)
        assert.equal(code, 1)
        assert.match(stderr, /nothing was restored into .*no space left/i)
        assert.deepEqual(await readdir(small.seen('')), ['filler'])
      } finally {
        await small.close()
      }
    })
  })

  describe('of a mesh of one machine', () => {
    let only: RunningDaemon

    it('brings it back with a yes of a person, for others may have joined since', async () => {
      only = await daemons.start({ name: 'hut', found: true })
      await deploy(only, service('hermit'))
      await backUp(only, dirOf('hut.backup'))
      await only.end('SIGKILL')
      await rm(only.dataDir, { recursive: true })
      await restore(dirOf('hut.backup'), only.dataDir)
      only = await daemons.start({ name: 'hut' })
      const { role, leader } = await statusOf(only)
      assert.deepEqual([role, leader], ['observer', null])
      await only.post('/v1/quorum/recover', { force: false })
      assert.equal(await agreedLeader([only]), only.ready.node.id)
      assert.deepEqual(await namesOf(only), ['hermit'])
      await runningOn([only], service('hermit'))
    })

    it('is over once it leaves with --purge, and nothing is left, neither of it nor of what it ran', async () => {
      const { code, stdout, stderr } = await leave(only)
      assert.equal(code, 0, stderr)
      assert.doesNotMatch(stdout, /Left there|by hand/)
      await assert.rejects(stat(only.dataDir), /ENOENT/)
      await onlyPrograms(service('hermit'), [])
    })
  })

  describe('is not all that a machine may leave behind', () => {
    it("one that leaves with --purge leaves nothing but what is not Coterie's", async () => {
      const [, loft, barn] = mesh as [RunningDaemon, RunningDaemon, RunningDaemon]
      await writeFile(join(loft.dataDir, 'photos'), 'mine')
      await deploy(barn, { ...service('all'), replicas: 4 })
      await runningOn([barn, loft], { ...service('all'), replicas: 4 })
      const exited = once(loft.process, 'exit')
      const { code, stdout, stderr } = await leave(loft)
      assert.equal(code, 0, stderr)
      assert.match(stdout, /Removed from .*loft: mesh\.json, store, .*identity\.json/)
      assert.match(stdout, /Left there, for it is not Coterie's: photos/)
      assert.deepEqual(await exited, [0, null])
      assert.deepEqual(await readdir(loft.dataDir), ['photos'])
    })
  })
})
