import type { Assignment } from '../../protocols/decisions/index.ts'
import { isHostPort, type Reservation, reservationOf, type ServiceSpec } from '../../protocols/spec/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'

/** What stands on each node, of all services. */
export interface Standing {
  /** How many tasks on the node publish the port, which is written as `tcp/8080`. */
  publishing(node: NodeId, port: string): number
  /** All that the tasks on the node reserve. */
  reservedOn(node: NodeId): Reserved
}

export interface Reserved extends Reservation {
  /** False while what some task reserves is not known yet. */
  readonly isWhole: boolean
}

export const sumOf = (reservations: readonly Reservation[]): Reservation => ({
  memoryMb: reservations.reduce((sum, { memoryMb }) => sum + memoryMb, 0),
  milliCpus: reservations.reduce((sum, { milliCpus }) => sum + milliCpus, 0),
  diskMb: reservations.reduce((sum, { diskMb }) => sum + diskMb, 0),
})

/** What a task itself publishes on its node, as `tcp/8080`; nothing where its spec is not known. */
export const publishedPorts = (spec: ServiceSpec | null): string[] =>
  (spec?.ports ?? []).filter(isHostPort).map(({ protocol, published }) => `${protocol}/${published}`)

const countBy = (keys: Iterable<string>): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}

export const NOTHING: Reservation = { memoryMb: 0, milliCpus: 0, diskMb: 0 }

/** The same as if these tasks, which all stand, were gone. */
export const without = (
  standing: Standing,
  tasks: readonly Assignment[],
  specOf: (task: Assignment) => ServiceSpec | null,
): Standing => {
  const ports = countBy(
    tasks.flatMap((task) => publishedPorts(specOf(task)).map((port) => `${task.node} ${port}`)),
  )
  const freedOn = new Map<NodeId, Reservation>()
  for (const task of tasks)
    freedOn.set(task.node, sumOf([freedOn.get(task.node) ?? NOTHING, reservationOf(specOf(task))]))
  return {
    reservedOn: (node) => {
      const before = standing.reservedOn(node)
      const freed = freedOn.get(node) ?? NOTHING
      return {
        ...before,
        memoryMb: before.memoryMb - freed.memoryMb,
        milliCpus: before.milliCpus - freed.milliCpus,
        diskMb: before.diskMb - freed.diskMb,
      }
    },
    publishing: (node, port) => standing.publishing(node, port) - (ports.get(`${node} ${port}`) ?? 0),
  }
}
