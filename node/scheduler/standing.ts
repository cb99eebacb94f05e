import type { Assignment } from '../../protocols/decisions/index.ts'
import type { ServiceSpec } from '../../protocols/spec/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'

/** What stands on each node, of all services. */
export interface Standing {
  tasksOn(node: NodeId): number
  /** How many tasks on the node publish the port, which is written as `tcp/8080`. */
  publishing(node: NodeId, port: string): number
}

/** What a task publishes on its node, as `tcp/8080`; nothing where its spec is not known. */
export const publishedPorts = (spec: ServiceSpec | null): string[] =>
  (spec?.ports ?? [])
    .filter(({ published }) => published !== null)
    .map(({ protocol, published }) => `${protocol}/${published}`)

const countBy = (keys: Iterable<string>): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}

/** The same as if these tasks, which all stand, were gone. */
export const without = (
  standing: Standing,
  tasks: readonly Assignment[],
  specOf: (task: Assignment) => ServiceSpec | null,
): Standing => {
  const gone = countBy(tasks.map(({ node }) => node))
  const ports = countBy(
    tasks.flatMap((task) => publishedPorts(specOf(task)).map((port) => `${task.node} ${port}`)),
  )
  return {
    tasksOn: (node) => standing.tasksOn(node) - (gone.get(node) ?? 0),
    publishing: (node, port) => standing.publishing(node, port) - (ports.get(`${node} ${port}`) ?? 0),
  }
}
