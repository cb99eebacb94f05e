import type { Configuration } from '../../protocols/consensus/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import { configurationsOn } from './log-entries.ts'
import type { Machine } from './machine.ts'

const hasMajority = (
  voters: readonly NodeId[],
  stores: Configuration['stores'],
  those: readonly Machine[],
): boolean => {
  const counts = (voter: NodeId): boolean => {
    const named = stores?.[voter]
    const machine = those.find(({ self }) => self === voter)
    return machine !== undefined && (named === undefined || named === machine.disk.durable().stamp.id)
  }
  return voters.length === 0 || 2 * voters.filter(counts).length > voters.length
}

/** Somebody may enter a joint configuration at any moment, and then needs majorities that nobody can count yet. */
export const areVotersChanging = (machines: readonly Machine[]): boolean =>
  machines.some(({ core }) => core?.planes.consensus.view().changingVoters === true)

/** Whether those machines alone can decide, whichever of the newest configurations on all disks holds. */
export const canDecide = (machines: readonly Machine[], those: readonly Machine[]): boolean =>
  machines.every((machine) => {
    const newest = configurationsOn(machine.disk.durable()).at(-1)
    if (newest === undefined) return true
    const { voters, stores, votersOutgoing, storesOutgoing } = newest.configuration
    return hasMajority(voters, stores, those) && hasMajority(votersOutgoing, storesOutgoing, those)
  })

/** Whether no configuration would let a machine vote whatever its store. */
export const isNamed = (machines: readonly Machine[], { self, disk }: Machine): boolean =>
  machines.every((machine) => {
    const newest = configurationsOn(machine.disk.durable()).at(-1)
    if (newest === undefined) return true
    const { voters, stores, votersOutgoing, storesOutgoing } = newest.configuration
    const { id } = disk.durable().stamp
    return (
      (!voters.includes(self) || stores?.[self] === id) &&
      (!votersOutgoing.includes(self) || storesOutgoing?.[self] === id)
    )
  })
