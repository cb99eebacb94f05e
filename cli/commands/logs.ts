import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { Option } from 'commander'
import type { NodeLogsQuery, Task } from '../../protocols/control/index.ts'
import { LOG_GREP_LENGTH_MAX, LOG_TAIL_MAX } from '../../protocols/control/limits.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { type Cli, type CommandModule, clientOf, wantsJson } from '../cli.ts'
import type { Client } from '../client.ts'
import { parseDuration } from '../durations.ts'
import { printNodeLog } from '../node-log.ts'
import { jsonLine } from '../output.ts'
import { findService, labelOf } from '../service-name.ts'

interface LogsOptions {
  readonly follow?: boolean
  readonly tail?: number
  readonly node?: string
  readonly since?: string
  readonly until?: string
  readonly level?: NodeLogsQuery['level']
  readonly grep?: string
}

const LEVELS = ['debug', 'info', 'warn', 'error', 'fatal'] as const

/** Months of a quiet node are kept; more is a mistake. */
const SINCE_MS_MAX = 366 * 24 * 3_600_000

export const logs: CommandModule = (command, cli) => {
  command
    .argument('[name]', 'a service, or one task as coterie ps --json names it')
    .option('-f, --follow', 'go on with new lines as they come, until the tasks end')
    .option('-n, --tail <lines>', 'only so many lines from the end of each task, or of the node', lines)
    .option('--node <node>', 'what the daemon of that member logs, by name or id, instead of a service')
    .option('--since <time>', 'with --node: only lines from then on, as 10m, 24h, or 2026-11-22T07:00')
    .option('--until <time>', 'with --node: only lines up to then')
    .addOption(
      new Option('--level <level>', 'with --node: only lines of that level or a graver one').choices(LEVELS),
    )
    .option('--grep <text>', 'with --node: only lines that hold this text, in capitals or not')
    .addHelpText(
      'after',
      `
Lines come from the nodes that run the tasks. Where a service has several tasks, each line begins with its slot. With --node they
come from that node, also those from before it was started last; where it does not answer, from a copy at another
member, if --log-export mesh has made one.

Examples:
  coterie logs web
  coterie logs shop/web -f --tail 20
  coterie logs shop.web.0.17 --json | jq -r .text
  coterie logs --node attic --since 1h --level warn
  coterie logs --node attic -f -n 20`,
    )
    .action(async (name: string | undefined, options: LogsOptions) => {
      const client = clientOf(command, cli)
      const json = wantsJson(command)
      if (options.node !== undefined)
        return printNodeLog(client, cli, { node: options.node, query: nodeQuery(name, options), json })
      await printTaskLogs(client, cli, taskQuery(name, options), json)
    })
}

const nodeQuery = (name: string | undefined, options: LogsOptions): NodeLogsQuery => {
  const { follow = false, tail, since, until, level, grep } = options
  if (name !== undefined) throw wrong('give a service or --node, not both')
  if (follow && until !== undefined) throw wrong('-f has no end, so it does not go with --until')
  if (grep?.length === 0 || (grep?.length ?? 0) > LOG_GREP_LENGTH_MAX)
    throw wrong(`--grep takes a text of up to ${LOG_GREP_LENGTH_MAX} characters`)
  return {
    follow,
    ...(tail !== undefined && { tail }),
    ...(since !== undefined && { sinceMs: momentOf(since, '--since') }),
    ...(until !== undefined && { untilMs: momentOf(until, '--until') }),
    ...(level !== undefined && { level }),
    ...(grep !== undefined && { grep }),
  }
}

interface TaskQuery {
  readonly name: string
  readonly query: { readonly follow: boolean; readonly tail?: number }
}

const taskQuery = (name: string | undefined, options: LogsOptions): TaskQuery => {
  if (name === undefined) throw wrong('name a service or a task, or a member by --node')
  const [odd] = (['since', 'until', 'level', 'grep'] as const).filter((key) => options[key] !== undefined)
  if (odd !== undefined) throw wrong(`--${odd} goes with --node alone`)
  const { follow = false, tail } = options
  return { name, query: { follow, ...(tail !== undefined && { tail }) } }
}

const wrong = (detail: string): CoterieError => new CoterieError('usageWrong', { detail })

/** A time of the wall clock, or so long ago. */
const momentOf = (text: string, option: string): number => {
  if (/^\d+[a-z]$/.test(text)) return Date.now() - parseDuration(text, option, SINCE_MS_MAX)
  const atMs = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/.test(text)
    ? Date.parse(text)
    : Number.NaN
  if (atMs >= 0) return atMs
  throw wrong(
    `${option} takes a duration such as 10m or 24h, or a time such as 2026-11-22T07:00, and not ${text}`,
  )
}

const printTaskLogs = async (
  client: Client,
  cli: Cli,
  { name, query }: TaskQuery,
  json: boolean,
): Promise<void> => {
  const tasks = await tasksOf(client, name)
  const write = lineWriter(cli, json, tasks.length > 1)
  const read = async (task: Task) => {
    const given = { params: { task: task.task }, query }
    for await (const line of client.stream('GET /v1/tasks/:task/logs', given, cli.outputClosed))
      await write(task, line)
  }
  await (query.follow ? together(tasks, read) : inTurn(tasks, read))
}

const lines = (text: string): number => {
  if (/^\d{1,5}$/.test(text) && Number(text) <= LOG_TAIL_MAX) return Number(text)
  throw wrong(`--tail takes a whole number up to ${LOG_TAIL_MAX}`)
}

/** The task of that id, or those of the service by slot. @throws `serviceUnknown`, `serviceAmbiguous`, `taskAbsent` */
const tasksOf = async (client: Client, name: string): Promise<Task[]> => {
  const { tasks } = await client.call('GET /v1/tasks')
  const named = tasks.find(({ task }) => task === name)
  if (named !== undefined) return [named]
  const { services } = await client.call('GET /v1/services')
  const service = findService(services, name)
  const found = tasks.filter(({ object }) => object === service.object).sort((a, b) => a.slot - b.slot)
  if (found.length === 0) throw new CoterieError('taskAbsent', { service: labelOf(service) })
  return found
}

type Read = (task: Task) => Promise<void>

/** One that cannot be read does not keep the others back; its error is thrown at the end. */
const together = async (tasks: readonly Task[], read: Read): Promise<void> => {
  const results = await Promise.allSettled(tasks.map(read))
  for (const result of results) if (result.status === 'rejected') throw result.reason
}

const inTurn = async (tasks: readonly Task[], read: Read): Promise<void> => {
  const errors: unknown[] = []
  for (const task of tasks) await read(task).catch((error: unknown) => errors.push(error))
  if (errors.length > 0) throw errors[0]
}

interface Line {
  readonly atMs: number
  readonly stream: 'stdout' | 'stderr'
  readonly text: string
}

/** Resolves once the line is taken, so that a slow reader slows the stream and not our memory. */
const lineWriter =
  ({ stdout, outputClosed }: Cli, json: boolean, prefixed: boolean) =>
  async ({ task, slot }: Task, line: Line): Promise<void> => {
    const text = json ? jsonLine({ task, slot, ...line }) : `${prefixed ? `${slot} | ` : ''}${line.text}\n`
    if (!stdout.write(text)) await drained(stdout, outputClosed)
  }

const drained = async (stream: Writable, signal: AbortSignal): Promise<void> => {
  await once(stream, 'drain', { signal }).catch(() => {})
}
