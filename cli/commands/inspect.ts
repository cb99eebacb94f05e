import type { NodeSummary, ServiceDetail, Task } from '../../protocols/control/index.ts'
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'
import { specLeaves } from '../../protocols/spec/index.ts'
import { type CommandModule, clientOf, wantsJson } from '../cli.ts'
import type { Client } from '../client.ts'
import { findNode } from '../node-name.ts'
import { jsonLine, plain, table } from '../output.ts'
import { askTaskOrService } from '../task-name.ts'

export const inspect: CommandModule = (command, cli) => {
  command
    .argument('<service|task|node>', 'what to look at')
    .addHelpText(
      'after',
      `
All that is known of a service, a task or a node.

Examples:
  coterie inspect web
  coterie inspect shop.web.0.17
  coterie inspect attic --json | jq .node.addresses`,
    )
    .action(async (name: string) => {
      const found = await lookUp(clientOf(command, cli), name)
      cli.stdout.write(wantsJson(command) ? jsonLine(found) : describe(found))
    })
}

type Inspected =
  | ({ readonly kind: 'service'; readonly tasks: readonly Task[] } & ServiceDetail)
  | { readonly kind: 'task'; readonly task: Task }
  | { readonly kind: 'node'; readonly node: NodeSummary; readonly tasks: readonly Task[] }

/** A service or a task of that name, else a node. @throws `serviceUnknown` with near nodes too, `serviceAmbiguous` */
const lookUp = async (client: Client, name: string): Promise<Inspected> => {
  const { tasks } = await client.call('GET /v1/tasks')
  try {
    const { service, task } = await askTaskOrService(client, name)
    if (task !== null) return { kind: 'task', task }
    const params = { project: service.project, name: service.name }
    const detail = await client.call('GET /v1/services/:project/:name', { params })
    return { kind: 'service', ...detail, tasks: tasks.filter(({ object }) => object === service.object) }
  } catch (error) {
    if (!isCoterieError(error, 'serviceUnknown')) throw error
    const { nodes } = await client.call('GET /v1/nodes')
    const node = nodeNamed(nodes, name, error)
    return { kind: 'node', node, tasks: tasks.filter((task) => task.node === node.id) }
  }
}

const nodeNamed = (
  nodes: readonly NodeSummary[],
  name: string,
  { data: { near } }: CoterieError<'serviceUnknown'>,
): NodeSummary => {
  try {
    return findNode(nodes, name)
  } catch (error) {
    if (!isCoterieError(error, 'nodeUnknown')) throw error
    const nearNode = error.data.near === null ? [] : [error.data.near]
    throw new CoterieError('nothingCalledSo', { name, near: [...near, ...nearNode] })
  }
}

const describe = (found: Inspected): string => {
  switch (found.kind) {
    case 'service': {
      const { service, spec, history, tasks } = found
      const {
        name: author,
        via,
        writtenAtMs,
      } = history[0]?.written ?? { name: '?', via: '?', writtenAtMs: 0 }
      return listed([
        ['service', `${service.project}/${service.name}`],
        ['revision', service.revision],
        ['written', `${new Date(writtenAtMs).toISOString()} by ${author} (${via})`],
        ['revisions kept', String(history.length)],
        ['conflicts', String(service.conflicts)],
        ['url', service.url ?? '-'],
        ...specLeaves(spec),
        ...tasks.map(({ task, state, name }): [string, string] => ['task', `${task} ${state} on ${name}`]),
      ])
    }
    case 'task':
      return listed([...leavesOf(found.task)])
    case 'node':
      return listed([
        ...leavesOf(found.node),
        ...found.tasks.map(({ task, state }): [string, string] => ['task', `${task} ${state}`]),
      ])
  }
}

const leavesOf = (record: object): [string, string][] =>
  Object.entries(record).map(([key, value]) => [
    key,
    typeof value === 'string' ? value : JSON.stringify(value),
  ])

const listed = (rows: readonly (readonly [string, string])[]): string => {
  const [first = [], ...others] = rows.map(([key, value]) => [plain(key), plain(value)])
  return table(first, others)
}
