/** `coterie logs --node`: what the daemon of a member logs, asked of the daemon here. */
import type { NodeLogLine, NodeLogsQuery } from '../../protocols/control/index.ts'
import type { Cli } from '../cli.ts'
import type { Client } from '../client.ts'
import { isGone } from '../gone.ts'
import { findNode } from '../node-name.ts'
import { jsonLine, painted, plain } from '../output.ts'
import { writeTaken } from './write-taken.ts'

/** Between two tries to reach a daemon here that has gone away. */
const RETRY_MS = 1_000

export interface NodeLogRequest {
  /** By name or id. */
  readonly node: string
  readonly query: NodeLogsQuery
  readonly json: boolean
}

/**
 * Prints the lines. With `follow` it goes on until standard output is closed, also where the daemon here starts again.
 * @throws `nodeUnknown`, `nodeAmbiguous`, `nodeLogAbsent`, `roleMissing`, ...
 */
export const printNodeLog = async (client: Client, cli: Cli, request: NodeLogRequest): Promise<void> => {
  const { outputClosed: signal } = cli
  const { nodes } = await client.call('GET /v1/nodes')
  const { id, name } = findNode(nodes, request.node)
  let { query } = request
  let isAway = false
  const read = async (): Promise<void> => {
    for await (const item of client.stream(
      'GET /v1/nodes/:node/logs',
      { params: { node: id }, query },
      signal,
    )) {
      isAway = false
      if (item.type === 'note') cli.stderr.write(`coterie: ${plain(item.note)}.\n`)
      if (item.type !== 'line') continue
      // The last ones were counted from where it began.
      const { tail: _, ...rest } = query
      query = { ...rest, after: item.sequence }
      await writeTaken(cli, request.json ? jsonLine({ node: name, ...item }) : describe(item, cli))
    }
  }
  for (;;) {
    try {
      return await read()
    } catch (error) {
      if (query.follow !== true || !isGone(error) || signal.aborted) throw error
      if (!isAway) cli.stderr.write('coterie: the daemon here has gone away; this goes on when it is back.\n')
      isAway = true
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    }
  }
}

/** Time, level, part, message, and the rest as `key=value`. */
const describe = ({ atMs, level, message, fields }: NodeLogLine, { stdout }: Cli): string => {
  const { part, node: _, ...rest } = fields
  const said = part === undefined ? message : `${part}: ${message}`
  const more = Object.entries(rest).map(([key, value]) => `${key}=${textOf(value)}`)
  const words = plain([said, ...more].join('  '))
  return `${new Date(atMs).toISOString()}  ${painted(level, stdout)}${' '.repeat(Math.max(0, 5 - level.length))}  ${words}\n`
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))
