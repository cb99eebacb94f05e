import type { Assignment, TaskId } from '../../protocols/decisions/index.ts'
import { type Reservation, reservationOf, type ServiceSpec } from '../../protocols/spec/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import { NOTHING, publishedPorts } from './standing.ts'

/** What one task claims of its node. */
interface Claim {
  readonly node: NodeId
  readonly ports: readonly string[]
  readonly reserved: Reservation
}

/** Of a task that says nothing of it. */
const NOMINAL = reservationOf(null)

const isNominal = ({ memoryMb, milliCpus, diskMb }: Reservation): boolean =>
  memoryMb === NOMINAL.memoryMb && milliCpus === NOMINAL.milliCpus && diskMb === NOMINAL.diskMb

/** What tasks claim of their nodes beyond the nominal: kept up as tasks come and go, for nobody may look at all of them. */
export const createClaims = () => {
  /** Of the tasks that claim anything. */
  const byTask = new Map<TaskId, Claim>()
  const ports = new Map<string, number>()
  const beyond = new Map<NodeId, Reservation>()
  const keyOf = (node: NodeId, port: string): string => `${node} ${port}`
  const count = (key: string, by: 1 | -1): void => {
    const after = (ports.get(key) ?? 0) + by
    if (after === 0) ports.delete(key)
    else ports.set(key, after)
  }
  const reserve = (node: NodeId, { memoryMb, milliCpus, diskMb }: Reservation, by: 1 | -1): void => {
    const before = beyondOn(node)
    beyond.set(node, {
      memoryMb: before.memoryMb + by * (memoryMb - NOMINAL.memoryMb),
      milliCpus: before.milliCpus + by * (milliCpus - NOMINAL.milliCpus),
      diskMb: before.diskMb + by * (diskMb - NOMINAL.diskMb),
    })
  }
  const change = ({ node, ports: own, reserved }: Claim, by: 1 | -1): void => {
    for (const port of own) count(keyOf(node, port), by)
    if (!isNominal(reserved)) reserve(node, reserved, by)
  }
  const beyondOn = (node: NodeId): Reservation => beyond.get(node) ?? NOTHING
  return {
    /** Once is enough; where its spec was not known the last time, again. */
    add: ({ task, node }: Pick<Assignment, 'task' | 'node'>, spec: ServiceSpec | null): void => {
      const claim = { node, ports: publishedPorts(spec), reserved: reservationOf(spec) }
      if ((claim.ports.length === 0 && isNominal(claim.reserved)) || byTask.has(task)) return
      byTask.set(task, claim)
      change(claim, 1)
    },
    remove: (task: TaskId): void => {
      const claim = byTask.get(task)
      if (claim !== undefined) change(claim, -1)
      byTask.delete(task)
    },
    clear: (): void => {
      byTask.clear()
      ports.clear()
      beyond.clear()
    },
    /** How many tasks on the node publish the port. */
    publishing: (node: NodeId, port: string): number => ports.get(keyOf(node, port)) ?? 0,
    /** All that `tasks` tasks on the node reserve, these among them. */
    reservedOn: (node: NodeId, tasks: number): Reservation => {
      const { memoryMb, milliCpus, diskMb } = beyondOn(node)
      return {
        memoryMb: tasks * NOMINAL.memoryMb + memoryMb,
        milliCpus: tasks * NOMINAL.milliCpus + milliCpus,
        diskMb: tasks * NOMINAL.diskMb + diskMb,
      }
    },
  }
}
