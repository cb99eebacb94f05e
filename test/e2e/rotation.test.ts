/** New keys for running machines: of the one that founded, of an edge node, and of machines that are killed in the middle. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Issuers, RotationPlan, Voters } from '../../protocols/control/index.ts'
import { coterie } from '../cli/coterie.ts'
import { createDaemons, type Daemons, type RunningDaemon } from '../support/daemons.ts'
import { eventually } from '../support/eventually.ts'
import { nodesOf, settledVoters } from '../support/mesh-views.ts'
import { deploy, onlyPrograms, PROCESSES_ONLY, runningOn, sleeper } from '../support/task-views.ts'

const PROJECT = 'e2e-rotation'

describe('a machine that gets a new key', function () {
  this.timeout(120_000)
  let daemons: Daemons
  let attic: RunningDaemon
  let cellar: RunningDaemon
  let shed: RunningDaemon

  before(async () => {
    daemons = await createDaemons(undefined, PROCESSES_ONLY)
  })
  after(() => daemons.close())

  const rotate = (daemon: RunningDaemon, ...words: string[]) =>
    coterie(['node', 'rotate', '-y', ...words, '--socket', daemon.ready.socket])
  const planOf = async (daemon: RunningDaemon) => (await daemon.get('/v1/rotation')) as RotationPlan
  const idOf = async (by: RunningDaemon, name: string) =>
    (await nodesOf(by)).find((node) => node.name === name)?.id ?? null
  const keyOf = async (path: string): Promise<string> =>
    JSON.parse(await readFile(join(path, 'identity.json'), 'utf8')).privateKey
  /** Who issued what a machine has. */
  const issuedBy = async ({ dataDir }: RunningDaemon): Promise<string> =>
    JSON.parse(await readFile(join(dataDir, 'certificates.json'), 'utf8')).identity[1]
  /** As all see it: each name once, its machine alive. */
  const isWhole = (by: readonly RunningDaemon[], ...names: string[]) =>
    eventually('each has its name, and is alive', async () =>
      (await Promise.all(by.map(nodesOf))).every(
        (nodes) =>
          nodes.length === names.length &&
          names.every((name) => nodes.some((node) => node.name === name && node.state === 'alive')),
      ),
    )

  it('needs somebody else, who lets it in', async () => {
    attic = await daemons.start({ name: 'attic', found: true })
    const { code, stderr } = await rotate(attic)
    assert.equal(code, 1)
    assert.match(
      stderr,
      /alone in its mesh, so nobody could let its new key in\. Let another machine join first/,
    )
  })

  it('says what would become of what, and asks', async () => {
    cellar = await daemons.start({ name: 'cellar', token: await attic.invite() })
    const terms = { role: 'edge' as const, capabilities: ['camera'], labels: ['zone=garden'] }
    shed = await daemons.start({ name: 'shed', token: await attic.invite(terms) })
    await settledVoters([attic, cellar, shed], 3)
    const { stdout, stderr, code } = await coterie(['node', 'rotate', '--socket', attic.ready.socket])
    assert.equal(code, 1)
    assert.match(
      stdout,
      /^attic of the mesh coterie would get a new key:\n- It keeps its name, its role \(full\)/,
    )
    assert.match(
      stdout,
      /- It votes: another machine takes its vote first\.\n- It issues certificates, and goes on to/,
    )
    assert.match(stdout, /- 3 join tokens admit nobody any more/)
    assert.match(stderr, /Whether to give attic a new key|-y/)
    const passphrase = join(daemons.path, 'passphrase')
    await writeFile(passphrase, 'correct horse battery\n')
    const root = (...words: string[]) =>
      coterie(['root', ...words, '--passphrase-file', passphrase, '--socket', attic.ready.socket])
    const file = join(daemons.path, 'root.json')
    assert.equal((await root('export', file)).code, 0)
    assert.match((await rotate(attic)).stderr, /alone issues certificates, and the root's key.*is elsewhere/)
    assert.equal((await root('import', file)).code, 0)
  })

  it('stays what it was by name, also as the founder, who led, voted and issued; the old key counts no more', async () => {
    const service = sleeper(PROJECT, 'web', { replicas: 3 })
    await deploy(attic, service)
    await runningOn([attic, cellar, shed], service)
    const [oldId, oldKey] = [attic.ready.node.id, await keyOf(attic.dataDir)]
    const oldIssuer = await issuedBy(cellar)
    const { code, stdout, stderr } = await rotate(attic)
    assert.equal(code, 0, `${stdout}${stderr}${attic.log.join('\n')}`)
    const newId = await idOf(cellar, 'attic')
    assert.match(stdout, new RegExp(`attic has a new key: it is ${newId}, and was ${oldId}\\.\n$`))
    assert.notEqual(newId, oldId)
    await isWhole([attic, cellar, shed], 'attic', 'cellar', 'shed')
    assert.notEqual(await keyOf(attic.dataDir), oldKey)
    // The last thing that the successor does.
    for (const name of ['rotating', 'rotated', 'replaced'])
      await eventually(`${name} is gone`, () => !existsSync(join(attic.dataDir, name)))
    await settledVoters([attic, cellar, shed], 3)
    const { voters } = (await cellar.get('/v1/voters')) as Voters
    assert(voters.some(({ id }) => id === newId) && voters.every(({ id }) => id !== oldId))
    await onlyPrograms(service, await runningOn([attic, cellar, shed], service))
    const { issuers } = (await cellar.get('/v1/issuers')) as Issuers
    assert.deepEqual(
      issuers.map(({ id, name }) => [id, name]),
      [[newId, 'attic']],
    )
    await eventually('all have renewed', async () =>
      (await Promise.all([attic, cellar, shed].map(issuedBy))).every((issuer) => issuer !== oldIssuer),
    )
    // It lets machines in, and signs for them.
    const guest = await daemons.start({ name: 'guest', token: await attic.invite() })
    await isWhole([attic, cellar, shed, guest], 'attic', 'cellar', 'shed', 'guest')
    assert.equal((await coterie(['leave', '--socket', guest.ready.socket])).code, 0)
  })

  it('keeps role, capabilities and labels, and may do it again', async () => {
    const { role, capabilities, labels, node: before } = await planOf(shed)
    assert.deepEqual([role, capabilities, labels], ['edge', ['camera'], ['zone=garden']])
    const { code, stdout } = await rotate(shed, '--json')
    assert.equal(code, 0, stdout)
    const { back, node, replaced } = JSON.parse(stdout)
    assert.deepEqual([back, node.name, replaced.id], [true, 'shed', before.id])
    const after = await eventually('it may again', () => planOf(shed).catch(() => null))
    assert.deepEqual(after, { ...(await planOf(shed)), role, capabilities, labels, node })
  })

  /** Kills it once that is in its data directory. */
  const killAt = async (daemon: RunningDaemon, name: string): Promise<void> => {
    const rotating = daemon.post('/v1/rotation', {}).catch(() => undefined)
    await eventually(`${name} is there`, () => existsSync(join(daemon.dataDir, name)))
    await daemon.end('SIGKILL')
    await rotating
  }

  it('is the old one after a crash before the new one counts, and nothing is left of that', async () => {
    const before = await idOf(attic, 'cellar')
    await killAt(cellar, 'rotating/identity.json')
    cellar = await daemons.start({ name: 'cellar' })
    assert.equal(cellar.ready.node.id, before)
    await eventually('taken back', () => !existsSync(join(cellar.dataDir, 'rotating')))
    await isWhole([attic, cellar, shed], 'attic', 'cellar', 'shed')
    await settledVoters([attic, cellar, shed], 3)
  })

  it('is the new one after a crash as soon as that counts', async () => {
    const before = await idOf(attic, 'cellar')
    await killAt(cellar, 'rotated')
    cellar = await daemons.start({ name: 'cellar' })
    await isWhole([attic, cellar, shed], 'attic', 'cellar', 'shed')
    assert.notEqual(cellar.ready.node.id, before)
    assert.equal(await idOf(attic, 'cellar'), cellar.ready.node.id)
    await settledVoters([attic, cellar, shed], 3)
    await eventually('the old key is gone', () => !existsSync(join(cellar.dataDir, 'replaced')))
  })
})
