import type { Machine } from '../machine.ts'
import type { Mesh } from '../mesh.ts'
import { chance, pick, type Range, shuffle } from '../random.ts'
import { areVotersChanging, canDecide, isNamed } from '../voting-stores.ts'
import { anyMachine, type Fault, lasts, leads } from './fault.ts'

/** How often somebody looks whether the identity of a lost machine is removed. */
const REMOVE_EVERY_MS = 1_000
/** How old the copy is that takes the place of a disk. */
const COPY_MS: Range = [200, 4_000]
/** In how many one disk is replaced alone; in the others a minority of all, at once. */
const ONE_RATIO = 0.6

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

/**
 * A mesh may lose a minority of its voters for good, whichever of the logs that are asked says who votes: while they change, also of
 * those who will vote, whom no log names yet.
 */
const mayLose = (
  { machines }: Mesh,
  lost: readonly Machine[],
  asked: readonly Machine[] = machines,
): boolean =>
  !areVotersChanging(asked) &&
  canDecide(
    asked,
    machines.filter((machine) => !lost.includes(machine)),
  )

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

/** The machine comes back blank, as another node; null where the mesh could not go on without it. */
export const lose = (mesh: Mesh, lost: Machine, asked?: readonly Machine[]): Machine | null => {
  if (lost.mesh === null || !mayLose(mesh, [lost], asked)) return null
  lost.losePower()
  const fresh = mesh.replace(lost)
  mesh.observe({ type: 'diskLost', node: lost.self })
  removeIdentity(mesh, lost)
  lasts(mesh, () => mesh.join(fresh))
  return fresh
}

export const loseDisk: Fault = (mesh) => {
  const lost = anyMachine(mesh)
  const fresh = lose(mesh, lost)
  return fresh === null
    ? `the disk of ${lost.name} is looked at, and left alone`
    : `${lost.name} lost its disk; ${fresh.name} comes in its place`
}

export const votes = ({ self, core }: Machine): boolean =>
  core?.planes.consensus.view().configuration.voters.includes(self) === true

/** A minority of the machines goes on with blank disks, or with older copies of their own, and with the identities that they had. */
export const replaceDisk: Fault = (mesh, isOver) => {
  const { random, machines, observe } = mesh
  const count = chance(random, ONE_RATIO) ? 1 : Math.floor((machines.length - 1) / 2)
  const members = machines.filter((machine) => machine.mesh !== null)
  const chosen = shuffle(random, members)
    .slice(0, count)
    .map((machine) => ({ machine, copy: chance(random, 0.5) ? machine.disk.copy() : null }))
  if (chosen.length === 0) return 'there is no disk that could be replaced'
  const lost = chosen.map(({ machine }) => machine)
  const replace = (): void => {
    if (isOver() || !lost.every((machine) => machines.includes(machine))) return
    if (!mayLose(mesh, lost) || !lost.every((machine) => isNamed(machines, machine))) return
    // So that they are asked for their votes before anybody has told them anything.
    for (const each of chance(random, 0.7) ? [...machines] : lost) each.losePower()
    for (const { machine, copy } of chosen) {
      if (copy === null) machine.disk.lose()
      else machine.disk.restore(copy)
      observe({ type: 'diskLost', node: machine.self })
    }
  }
  lasts(mesh, replace, COPY_MS)
  const named = chosen.map(
    ({ machine, copy }) => `${machine.name} ${copy === null ? 'blank' : 'as it is now'}`,
  )
  return `disks will be replaced when nobody expects it: of ${named.join(', of ')}`
}
