import assert from 'node:assert/strict'
import { drive } from '../../node/simulation/drive.ts'
import type { Machine } from '../../node/simulation/machine.ts'
import { createMesh } from '../../node/simulation/mesh.ts'
import { createRandom } from '../../node/simulation/random.ts'
import { createTimeline } from '../../node/simulation/timeline.ts'

const MEMBERS = 5
/** Ample, in milliseconds of virtual time, for each thing that is waited for. */
const PATIENCE_MS = 60_000

/** A mesh of five that lets time pass until something has come about. */
const setUp = async () => {
  const timeline = createTimeline()
  const mesh = createMesh({ timeline, random: createRandom(1), size: MEMBERS, observe: () => {} })
  const machines = mesh.machines as readonly Machine[] as readonly [Machine, Machine, ...Machine[]]
  const until = async (what: string, isSo: () => boolean): Promise<void> => {
    await drive(timeline, timeline.nowMs() + PATIENCE_MS, isSo)
    assert.ok(isSo(), `in vain: ${what}`)
  }
  const views = () => machines.flatMap(({ core }) => (core === null ? [] : [core.planes.decisions.view]))
  const leader = () => machines.find(({ core }) => core?.planes.consensus.view().role === 'leader')
  machines[0].start()
  for (const machine of machines.slice(1)) {
    mesh.join(machine)
    await until(`${machine.name} joins`, () => views().every(({ nodes }) => nodes.has(machine.self)))
  }
  return { machines, until, leader }
}

describe('a node whose store was lost', () => {
  it('comes back, though all who were members as it joined have left', async () => {
    const { machines, until, leader } = await setUp()
    const [founder, second, ...others] = machines
    const voters = others.map(({ self }) => self)
    const drain = (node: string) =>
      leader()?.core?.planes.decisions.decide({ type: 'nodeDrained', node, draining: true })
    await until('there is a leader', () => leader() !== undefined)
    for (const { self } of [founder, second]) void drain(self)
    await until('others vote', () => {
      const configuration = leader()?.core?.planes.consensus.view().configuration
      return configuration?.voters.every((voter) => voters.includes(voter)) === true
    })
    void leader()?.core?.planes.decisions.decide({ type: 'nodeRemoved', node: founder.self, atMs: 1 })
    await until('the founder is removed', () =>
      others
        .concat(second)
        .every(({ core }) => core?.planes.decisions.view.nodes.has(founder.self) === false),
    )
    founder.losePower()
    await until('it is written down', () => second.mesh?.members.includes(founder.self) === false)
    second.losePower()
    second.disk.lose()
    second.start()
    await until('it follows again', () => second.core?.planes.decisions.view.nodes.size === MEMBERS - 1)
    assert.ok(second.core?.planes.decisions.view.removedNodes.has(founder.self))
  })

  it('comes back also where it founded the mesh, and votes once its new store is named', async () => {
    const { machines, until, leader } = await setUp()
    const [founder] = machines
    const isVoter = () => founder.core?.planes.consensus.view().configuration.voters.includes(founder.self)
    await until('three vote', () => leader()?.core?.planes.consensus.view().configuration.voters.length === 3)
    await until('it is written down', () => founder.mesh?.members.length === MEMBERS && isVoter() === true)
    founder.losePower()
    founder.disk.lose()
    founder.start()
    await until('it is an observer', () => founder.core?.planes.consensus.view().isObserver === true)
    await until(
      'it votes again',
      () => isVoter() === true && founder.core?.planes.consensus.view().isObserver === false,
    )
    assert.equal(founder.core?.planes.decisions.view.nodes.size, MEMBERS)
  })
})
