import type { Assignment, ObjectKey } from '../../protocols/decisions/index.ts'
import type { ServiceSpec } from '../../protocols/spec/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import { NOMINAL_TASK_MEMORY_MB, type Room } from './filters.ts'
import type { LeaseView, SchedulerNode } from './view.ts'

/** What stands on each node while a plan is made; assignments of the plan itself are added as it grows. */
export interface Occupancy {
  add(assignment: Pick<Assignment, 'object' | 'node'>, spec: ServiceSpec | null): void
  /** Every node as a place for one more task of `object`, until the next `add`. */
  rooms(object: ObjectKey): Room[]
}

interface Standing {
  tasks: number
  readonly ports: Set<string>
  readonly replicas: Map<ObjectKey, number>
}

const portKeys = (spec: ServiceSpec | null): string[] =>
  (spec?.ports ?? [])
    .filter(({ published }) => published !== null)
    .map(({ protocol, published }) => `${protocol}/${published}`)

export const createOccupancy = (
  nodes: readonly SchedulerNode[],
  leases: Pick<LeaseView, 'isHeldDown'>,
): Occupancy => {
  const byNode = new Map<NodeId, Standing>()
  const standingOn = (node: NodeId): Standing => {
    const present = byNode.get(node) ?? { tasks: 0, ports: new Set(), replicas: new Map() }
    byNode.set(node, present)
    return present
  }
  return {
    add: ({ object, node }, spec) => {
      const standing = standingOn(node)
      standing.tasks++
      for (const port of portKeys(spec)) standing.ports.add(port)
      standing.replicas.set(object, (standing.replicas.get(object) ?? 0) + 1)
    },
    rooms: (object) =>
      nodes.map((node) => {
        const { tasks, ports, replicas } = standingOn(node.node)
        return {
          node,
          memoryFreeMb: (node.profile?.memoryMb ?? 0) - tasks * NOMINAL_TASK_MEMORY_MB,
          portsTaken: ports,
          replicas: replicas.get(object) ?? 0,
          isHeldDown: leases.isHeldDown(node.node),
        }
      }),
  }
}
