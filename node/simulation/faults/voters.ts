import type { NodeId } from '../../../protocols/wire/index.ts'
import { configurationsOn } from '../log-entries.ts'
import type { Machine } from '../machine.ts'
import type { Mesh } from '../mesh.ts'
import { pick, shuffle } from '../random.ts'
import { anyMachine, type Fault, lasts, leads } from './fault.ts'

/** How often somebody looks whether the identity of a lost machine is removed. */
const REMOVE_EVERY_MS = 1_000

export const changeVoters: Fault = ({ random, machines }) => {
  const size = pick(
    random,
    [1, 3, 3, 3, 5].filter((voters) => voters <= machines.length),
  )
  const voters = shuffle(random, machines)
    .slice(0, size)
    .map(({ self }) => self)
  for (const machine of machines) if (leads(machine)) machine.core?.planes.consensus.changeVoters(voters)
  return `whoever leads is asked for the voters ${voters.join(', ')}`
}

export const transfer: Fault = (mesh) => {
  const { self } = anyMachine(mesh)
  for (const machine of mesh.machines) if (leads(machine)) machine.core?.planes.consensus.transfer(self)
  return `whoever leads is asked to hand over to ${self}`
}

const keepsMajority = (voters: readonly NodeId[], left: ReadonlySet<NodeId>): boolean =>
  voters.length === 0 || 2 * voters.filter((voter) => left.has(voter)).length > voters.length

/** A mesh may lose a minority of its voters for good, whichever configuration of those in its logs holds. */
const mayLose = (mesh: Mesh, lost: Machine): boolean => {
  const left = new Set(mesh.machines.filter((machine) => machine !== lost).map(({ self }) => self))
  return mesh.machines.every((machine) => {
    const newest = configurationsOn(machine.disk.durable()).at(-1)
    if (newest === undefined) return true
    const { voters, votersOutgoing } = newest.configuration
    return keepsMajority(voters, left) && keepsMajority(votersOutgoing, left)
  })
}

/** Somebody removes the identity of a machine that will not return, as soon as anybody answers. */
const removeIdentity = (mesh: Mesh, lost: Machine): void => {
  const { self, clock } = lost
  const { core } = anyMachine(mesh)
  const decisions = core?.planes.decisions
  if (decisions?.view.removedNodes.has(self)) return
  if (decisions?.view.nodes.has(self))
    decisions.decide({ type: 'nodeRemoved', node: self, atMs: clock.wallMs() }).catch(() => undefined)
  mesh.timeline.after(REMOVE_EVERY_MS, () => removeIdentity(mesh, lost))
}

/** The machine comes back blank, as another node. */
export const loseDisk: Fault = (mesh) => {
  const lost = anyMachine(mesh)
  if (lost.mesh === null || !mayLose(mesh, lost))
    return `the disk of ${lost.name} is looked at, and left alone`
  lost.losePower()
  const fresh = mesh.replace(lost)
  mesh.observe({ type: 'diskLost', node: lost.self })
  removeIdentity(mesh, lost)
  lasts(mesh, () => mesh.join(fresh))
  return `${lost.name} lost its disk; ${fresh.name} comes in its place`
}
