import type { Assignment, ObjectKey } from '../../protocols/decisions/index.ts'
import type { ServiceSpec } from '../../protocols/spec/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import { NOMINAL_TASK_MEMORY_MB, type Room } from './filters.ts'
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
  tasks: number
  readonly ports: Set<string>
}

const NOTHING: Readonly<Added> = { tasks: 0, ports: new Set() }

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
      const present = added.get(node) ?? { tasks: 0, ports: new Set() }
      added.set(node, present)
      present.tasks++
      for (const port of publishedPorts(spec)) present.ports.add(port)
      const counts = replicasOf(object)
      counts.set(node, (counts.get(node) ?? 0) + 1)
    },
    rooms: (object) => {
      const counts = replicasOf(object)
      return nodes.map((node) => {
        const { tasks, ports } = added.get(node.node) ?? NOTHING
        const standing = tasks + staying.tasksOn(node.node)
        return {
          node,
          memoryFreeMb: (node.profile?.memoryMb ?? 0) - standing * NOMINAL_TASK_MEMORY_MB,
          isTaken: (port) => ports.has(port) || staying.publishing(node.node, port) > 0,
          replicas: counts.get(node.node) ?? 0,
          isHeldDown: leases.isHeldDown(node.node),
        }
      })
    },
  }
}
