/** Machines that are shut out, by running daemons: with a majority, without one, and when they come back. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Revocations } from '../../protocols/control/index.ts'
import { coterie } from '../cli/coterie.ts'
import { createDaemons, type Daemons, type RunningDaemon } from '../support/daemons.ts'
import { eventually } from '../support/eventually.ts'
import { nodesOf, settledVoters, votersOf } from '../support/mesh-views.ts'
import { apply, deploy, onlyPrograms, PROCESSES_ONLY, runningOn, sleeper } from '../support/task-views.ts'

const PROJECT = 'e2e-revocation'

describe('a machine that is revoked', function () {
  this.timeout(90_000)
  let daemons: Daemons
  let attic: RunningDaemon
  let cellar: RunningDaemon
  let shed: RunningDaemon

  before(async () => {
    daemons = await createDaemons(undefined, PROCESSES_ONLY)
    ;[attic, cellar, shed] = (await daemons.mesh('attic', 'cellar', 'shed')) as [
      RunningDaemon,
      RunningDaemon,
      RunningDaemon,
    ]
    await settledVoters([attic, cellar, shed], 3)
  })
  after(() => daemons.close())

  const revoke = (by: RunningDaemon, name: string) =>
    coterie(['node', 'rm', name, '--revoke', '-y', '--reason', 'lost', '--socket', by.ready.socket])
  const isCutOff = async (by: RunningDaemon, { ready }: RunningDaemon): Promise<boolean> =>
    (await nodesOf(by)).every(({ id, connected }) => id !== ready.node.id || !connected)
  const statesAt = async (daemon: RunningDaemon) =>
    ((await daemon.get('/v1/revocations')) as Revocations).revocations.map(
      ({ name, state }) => `${name} ${state}`,
    )
  /** Its process ends by itself, and says why. */
  const endsByItself = async ({ process: child, log }: RunningDaemon): Promise<void> => {
    await eventually('it ends', () => child.exitCode !== null)
    assert.equal(child.exitCode, 1, log.join('\n'))
    assert.match(log.join('\n'), /shut out of its mesh as \w+, by a revocation of \d{4}-\d\d-\d\d \(lost\)/)
  }

  it('votes no more, is cut off by all, ends by itself with its tasks, and keeps its data', async () => {
    const service = sleeper(PROJECT, 'web', { replicas: 3 })
    await deploy(attic, service)
    await runningOn([attic, cellar, shed], service)
    const { code, stdout, stderr } = await revoke(attic, 'shed')
    assert.deepEqual([code, stdout, stderr], [0, 'shed is shut out, and no member any more.\n', ''])
    await eventually('cut off', async () => (await isCutOff(attic, shed)) && (await isCutOff(cellar, shed)))
    const { voters } = await votersOf(attic)
    assert(voters.every(({ id }) => id !== shed.ready.node.id))
    await endsByItself(shed)
    await onlyPrograms(service, await runningOn([attic, cellar], service))
    assert(existsSync(join(shed.dataDir, 'identity.json')))
    await apply(attic, PROJECT, { remove: ['web'] })
  })

  it('does not start again from that directory', async () => {
    await assert.rejects(daemons.start({ name: 'shed' }), /shut out of its mesh/)
  })

  it('is cut off without a majority, also by who was started again, and is told when it comes back', async () => {
    const laptop = await daemons.start({ name: 'laptop', token: await attic.invite() })
    await settledVoters([attic, cellar, laptop], 3)
    await Promise.all([laptop.end('SIGKILL'), cellar.end('SIGKILL')])
    const { code, stdout, stderr } = await revoke(attic, 'laptop')
    assert.deepEqual([code, stdout], [3, ''])
    assert.match(
      stderr,
      /laptop is cut off by every machine that hears of it, and its removal waits for a majority/,
    )
    assert(!(await statesAt(attic)).includes('laptop done'))
    await attic.end('SIGKILL')
    attic = await daemons.start({ name: 'attic' })
    assert((await statesAt(attic)).includes('laptop pending'))

    const back = daemons.start({ name: 'laptop', flags: ['--at', attic.ready.addresses[0] as string] })
    await back.then(endsByItself, (error: Error) => assert.match(error.message, /shut out of its mesh/))
    assert(await isCutOff(attic, laptop))

    cellar = await daemons.start({ name: 'cellar' })
    await eventually('decided, as both know', async () =>
      (await Promise.all([attic, cellar].map(statesAt))).every((states) => states.includes('laptop done')),
    )
    assert(await isCutOff(cellar, laptop))
  })

  it('is no business of a machine that issues nothing and hears no majority', async () => {
    const guest = await daemons.start({ name: 'guest', token: await attic.invite() })
    await settledVoters([attic, cellar, guest], 3)
    assert.equal((await revoke(cellar, 'cellar')).code, 1)
    assert.match((await revoke(cellar, 'nobody')).stderr, /no member is called nobody/)
    await Promise.all([attic.end('SIGKILL'), guest.end('SIGKILL')])
    const { code, stderr } = await revoke(cellar, 'guest')
    assert.equal(code, 1)
    assert.match(stderr, /nothing was done: no majority answers/)
    assert.match(stderr, /Run the same on attic/)
  })
})
