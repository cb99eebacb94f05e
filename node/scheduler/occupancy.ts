import type { Assignment, ObjectKey } from '../../protocols/decisions/index.ts'
import { reservationOf, type ServiceSpec } from '../../protocols/spec/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Room } from './filters.ts'
import { publishedPorts, type Standing } from './standing.ts'
import type { LeaseView, SchedulerNode } from './view.ts'

/** What stands on each node while a plan is made: what stays, and what the plan adds as it grows. */
export interface Occupancy {
  add(assignment: Pick<Assignment, 'object' | 'node'>, spec: ServiceSpec | null): void
  /** Every node as a place for one more task of `object`, until the next `add`. */
  rooms(object: ObjectKey): Room[]
}

/** What the plan adds to a node. */
interface Added {
  memoryMb: number
  milliCpus: number
  diskMb: number
  readonly ports: Set<string>
}

const NOTHING: Readonly<Added> = { memoryMb: 0, milliCpus: 0, diskMb: 0, ports: new Set() }
const MILLI = 1000

/** `staying`: without the tasks that the plan ends. `staysOf`: those of one service that it does not end. */
export const createOccupancy = (
  nodes: readonly SchedulerNode[],
  leases: Pick<LeaseView, 'isHeldDown'>,
  staying: Standing,
  staysOf: (object: ObjectKey) => readonly Pick<Assignment, 'node'>[],
): Occupancy => {
  const added = new Map<NodeId, Added>()
  const replicas = new Map<ObjectKey, Map<NodeId, number>>()

  const replicasOf = (object: ObjectKey): Map<NodeId, number> => {
    const known = replicas.get(object)
    if (known !== undefined) return known
    const counts = new Map<NodeId, number>()
    for (const { node } of staysOf(object)) counts.set(node, (counts.get(node) ?? 0) + 1)
    replicas.set(object, counts)
    return counts
  }

  return {
    add: ({ object, node }, spec) => {
      const present = added.get(node) ?? { ...NOTHING, ports: new Set() }
      added.set(node, present)
      const { memoryMb, milliCpus, diskMb } = reservationOf(spec)
      present.memoryMb += memoryMb
      present.milliCpus += milliCpus
      present.diskMb += diskMb
      for (const port of publishedPorts(spec)) present.ports.add(port)
      const counts = replicasOf(object)
      counts.set(node, (counts.get(node) ?? 0) + 1)
    },
    rooms: (object) => {
      const counts = replicasOf(object)
      return nodes.map((node) => {
        const { memoryMb, milliCpus, diskMb, ports } = added.get(node.node) ?? NOTHING
        const reserved = staying.reservedOn(node.node)
        return {
          node,
          memoryFreeMb: (node.profile?.memoryMb ?? 0) - reserved.memoryMb - memoryMb,
          milliCpusFree: (node.profile?.cpus ?? 0) * MILLI - reserved.milliCpus - milliCpus,
          diskFreeMb: (node.profile?.diskMb ?? Number.POSITIVE_INFINITY) - reserved.diskMb - diskMb,
          isCounted: reserved.isWhole,
          isTaken: (port) => ports.has(port) || staying.publishing(node.node, port) > 0,
          replicas: counts.get(node.node) ?? 0,
          isHeldDown: leases.isHeldDown(node.node),
        }
      })
    },
  }
}
