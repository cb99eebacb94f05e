import { Option } from 'commander'
import type { NodeLogsQuery } from '../../protocols/control/index.ts'
import { LOG_GREP_LENGTH_MAX, LOG_TAIL_MAX } from '../../protocols/control/limits.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { type CommandModule, clientOf, wantsJson } from '../cli.ts'
import { parseDuration } from '../durations.ts'
import { printNodeLog } from '../logs/node-log.ts'
import { printLogs } from '../logs/print-logs.ts'
import type { LogsQuery } from '../logs/read-task.ts'

interface LogsOptions {
  readonly follow?: boolean
  readonly tail?: number
  readonly node?: string
  readonly since?: string
  readonly until?: string
  readonly level?: NodeLogsQuery['level']
  readonly grep?: string
  readonly timestamps?: boolean
}

const LEVELS = ['debug', 'info', 'warn', 'error', 'fatal'] as const

/** Months of a quiet node are kept; more is a mistake. */
const SINCE_MS_MAX = 366 * 24 * 3_600_000

export const logs: CommandModule = (command, cli) => {
  command
    .argument('[service|task]', 'a service, or one task as coterie ps -q names it')
    .option('-f, --follow', 'go on with new lines as they come, wherever the service runs')
    .option(
      '-n, --tail <lines>',
      'of those lines, only so many from the end of each task, or of the node',
      lines,
    )
    .option('--node <node>', 'only of tasks on that member; without a service, what its daemon logs')
    .option('--since <time>', 'only lines from then on, as 10m, 24h, or 2026-11-22T07:00')
    .option('--until <time>', 'only lines up to then')
    .option('--grep <text>', 'only lines that hold this text, in capitals or not')
    .option('-t, --timestamps', 'begin each line with its time')
    .addOption(
      new Option('--level <level>', 'of a daemon: only lines of that level or a graver one').choices(LEVELS),
    )
    .addHelpText(
      'after',
      `
Lines come from the nodes that run the tasks, in the order of their times. Where a service has several tasks, each line begins
with its slot and its node. -f follows a service over restarts, updates and moves, and a single task to its end.

With --node alone they are those of a daemon, also from before it was started last; where it does not answer, from a copy at
another member, if --log-export mesh has made one.

Examples:
  coterie logs web
  coterie logs shop/web -f -n 20 --grep error
  coterie logs web --node attic --since 10m -t
  coterie logs shop.web.0.17 --json | jq -r .text
  coterie logs --node attic --since 1h --level warn
  coterie logs --node attic -f -n 20`,
    )
    .action(async (name: string | undefined, options: LogsOptions) => {
      const { node = null, level, timestamps = false } = options
      const client = clientOf(command, cli)
      const json = wantsJson(command)
      const query = queryOf(options)
      if (name !== undefined && level !== undefined)
        throw wrong('--level goes with the daemon of a --node alone')
      if (name !== undefined) return printLogs(client, cli, { name, node, query, json, timestamps })
      if (node === null) throw wrong('name a service or a task, or a member by --node')
      await printNodeLog(client, cli, { node, query: { ...query, ...(level && { level }) }, json })
    })
}

/** @throws `usageWrong` */
const queryOf = ({ follow = false, tail, since, until, grep }: LogsOptions): LogsQuery => {
  if (follow && until !== undefined) throw wrong('-f has no end, so it does not go with --until')
  if (grep?.length === 0 || (grep?.length ?? 0) > LOG_GREP_LENGTH_MAX)
    throw wrong(`--grep takes a text of up to ${LOG_GREP_LENGTH_MAX} characters`)
  return {
    follow,
    ...(tail !== undefined && { tail }),
    ...(since !== undefined && { sinceMs: momentOf(since, '--since') }),
    ...(until !== undefined && { untilMs: momentOf(until, '--until') }),
    ...(grep !== undefined && { grep }),
  }
}

const wrong = (detail: string): CoterieError => new CoterieError('usageWrong', { detail })

const lines = (text: string): number => {
  if (/^\d{1,5}$/.test(text) && Number(text) <= LOG_TAIL_MAX) return Number(text)
  throw wrong(`--tail takes a whole number up to ${LOG_TAIL_MAX}`)
}

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
