import { once } from 'node:events'
import type { Writable } from 'node:stream'
import type { Task } from '../../protocols/control/index.ts'
import { LOG_TAIL_MAX } from '../../protocols/control/limits.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { type Cli, type CommandModule, clientOf, wantsJson } from '../cli.ts'
import type { Client } from '../client.ts'
import { jsonLine } from '../output.ts'
import { findService, labelOf } from '../service-name.ts'

interface LogsOptions {
  readonly follow?: boolean
  readonly tail?: number
}

export const logs: CommandModule = (command, cli) => {
  command
    .argument('<name>', 'a service, or one task as coterie ps --json names it')
    .option('-f, --follow', 'go on with new lines as they come, until the tasks end')
    .option('--tail <lines>', 'only so many lines from the end of each task', lines)
    .addHelpText(
      'after',
      `
Lines come from the nodes that run the tasks. Where a service has several tasks, each line begins with its slot.

Examples:
  coterie logs web
  coterie logs shop/web -f --tail 20
  coterie logs shop.web.0.17 --json | jq -r .text`,
    )
    .action(async (name: string, { follow = false, tail }: LogsOptions) => {
      const client = clientOf(command, cli)
      const tasks = await tasksOf(client, name)
      const write = lineWriter(cli, wantsJson(command), tasks.length > 1)
      const query = { follow, ...(tail !== undefined && { tail }) }
      const read = async (task: Task) => {
        const given = { params: { task: task.task }, query }
        for await (const line of client.stream('GET /v1/tasks/:task/logs', given, cli.outputClosed))
          await write(task, line)
      }
      await (follow ? together(tasks, read) : inTurn(tasks, read))
    })
}

const lines = (text: string): number => {
  if (/^\d{1,5}$/.test(text) && Number(text) <= LOG_TAIL_MAX) return Number(text)
  throw new CoterieError('usageWrong', { detail: `--tail takes a whole number up to ${LOG_TAIL_MAX}` })
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
