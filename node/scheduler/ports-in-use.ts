import type { Assignment, TaskId } from '../../protocols/decisions/index.ts'
import type { ServiceSpec } from '../../protocols/spec/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import { publishedPorts } from './standing.ts'

/** The ports that tasks publish, by node: kept up as tasks come and go, for nobody may look at all of them. */
export const createPortsInUse = () => {
  /** What each task publishes, of those that publish anything. */
  const byTask = new Map<TaskId, readonly string[]>()
  const counts = new Map<string, number>()
  const keyOf = (node: NodeId, port: string): string => `${node} ${port}`
  const count = (key: string, by: 1 | -1): void => {
    const after = (counts.get(key) ?? 0) + by
    if (after === 0) counts.delete(key)
    else counts.set(key, after)
  }
  return {
    /** Once is enough; where its spec was not known the last time, again. */
    add: ({ task, node }: Pick<Assignment, 'task' | 'node'>, spec: ServiceSpec | null): void => {
      const ports = publishedPorts(spec).map((port) => keyOf(node, port))
      if (ports.length === 0 || byTask.has(task)) return
      byTask.set(task, ports)
      for (const key of ports) count(key, 1)
    },
    remove: (task: TaskId): void => {
      for (const key of byTask.get(task) ?? []) count(key, -1)
      byTask.delete(task)
    },
    clear: (): void => {
      byTask.clear()
      counts.clear()
    },
    publishing: (node: NodeId, port: string): number => counts.get(keyOf(node, port)) ?? 0,
  }
}
