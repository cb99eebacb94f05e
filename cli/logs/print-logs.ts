/** `coterie logs`: what the tasks of a service write, merged by time; with `follow` also those that come later, wherever they run. */
import type { Service, Task } from '../../protocols/control/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { Cli } from '../cli.ts'
import type { Client } from '../client.ts'
import { failureOf } from '../failure.ts'
import { isGone } from '../gone.ts'
import { findNode } from '../node-name.ts'
import { jsonLine } from '../output.ts'
import { labelOf } from '../service-name.ts'
import { askTaskOrService } from '../task-name.ts'
import { wakeOnEvents } from '../wake.ts'
import { createMerge, type Merge } from './merge.ts'
import { type LogsQuery, readTask, type TaskLine } from './read-task.ts'
import { writeTaken } from './write-taken.ts'

export interface LogsRequest {
  /** A service or a task. */
  readonly name: string
  /** Only of tasks on that node; null for all. */
  readonly node: string | null
  readonly query: LogsQuery
  readonly json: boolean
  readonly timestamps: boolean
}

/** Tasks that are read at once: each is a stream, and a daemon serves 64 of them. */
const TASKS_MAX = 48
/** How long a task that writes nothing keeps the lines of the others waiting. */
const PATIENCE_MS = 250
/** Between two looks at which tasks there are, where no event tells. */
const LOOK_MS = 2_000

const ENDED = ['completed', 'failed', 'rejected', 'stopped']

/** @throws `serviceUnknown`, `serviceAmbiguous`, `taskAbsent`, `nodeUnknown`, what the first task that cannot be read is refused with */
export const printLogs = async (client: Client, cli: Cli, request: LogsRequest): Promise<void> => {
  const { name, node, query } = request
  const { outputClosed: signal } = cli
  const { service, task: named } = await askTaskOrService(client, name)
  const on = node === null ? null : findNode((await client.call('GET /v1/nodes')).nodes, node).id
  const pick = (tasks: readonly Task[]) =>
    tasks.filter(
      (task) =>
        (named === null ? task.object === service.object : task.task === named.task) &&
        (on === null || task.node === on),
    )
  const present = pick((await client.call('GET /v1/tasks')).tasks)
  checkCount(service, present, query.follow)
  const errors: unknown[] = []
  const merge = createMerge<TaskLine>({
    patienceMs: query.follow ? PATIENCE_MS : Number.POSITIVE_INFINITY,
    onError: (_, error) => errors.push(error),
  })
  const done = new AbortController()
  const lines = merge.lines(signal)
  if (query.follow) void followTasks(client, cli, { merge, pick, service, named, query, done })
  else {
    for (const task of present) merge.add(task.task, readTask(client, onlyOnce(task, query), signal))
    merge.close()
  }
  const isPrefixed = named === null && (query.follow || present.length > 1)
  for await (const line of lines) await writeTaken(cli, textOf(line, request, isPrefixed))
  done.abort()
  if (errors.length > 0) throw errors[0]
}

const onlyOnce = (task: Task, query: LogsQuery) => ({
  task,
  query,
  isOver: () => true,
  onFailure: (error: unknown) => {
    throw error
  },
})

const checkCount = (service: Service, present: readonly Task[], follow: boolean): void => {
  const label = labelOf(service)
  if (present.length === 0 && !follow) throw new CoterieError('taskAbsent', { service: label })
  if (present.length > TASKS_MAX)
    throw new CoterieError('usageWrong', {
      detail: `${label} has ${present.length} tasks, and ${TASKS_MAX} can be read at once; choose some by --node, or name one`,
    })
}

interface Following {
  readonly merge: Merge<TaskLine>
  readonly pick: (tasks: readonly Task[]) => Task[]
  readonly service: Service
  /** The one task that is read; null where they are those of the service. */
  readonly named: Task | null
  readonly query: LogsQuery
  readonly done: AbortController
}

/** Adds each task that comes, until the service is removed, or the one task has ended. */
const followTasks = async (
  client: Client,
  cli: Cli,
  { merge, pick, service, named, query, done }: Following,
): Promise<void> => {
  const signal = AbortSignal.any([cli.outputClosed, done.signal])
  const note = createNotes(cli)
  const stirred = wakeOnEvents(client, signal)
  const read = new Set<string>()
  let going: readonly Task[] = []
  let isFirst = true
  const isOver = (id: string) => !going.some(({ task, state }) => task === id && !ENDED.includes(state))
  const look = async (): Promise<boolean> => {
    const [{ tasks }, { services }] = await Promise.all([
      client.call('GET /v1/tasks'),
      client.call('GET /v1/services'),
    ])
    going = pick(tasks)
    if (going.length === 0 && named === null)
      note(`${labelOf(service)} has no task at the moment; this goes on when it has one`)
    for (const task of going.filter(({ task: id }) => !read.has(id))) {
      read.add(task.task)
      // What comes later was not there when the last lines were counted.
      const { tail: _, ...rest } = query
      const wanted = isFirst ? query : rest
      const onFailure = (error: unknown) => note(failureOf(error).line?.replace(/^coterie: /, '') ?? '')
      merge.add(
        task.task,
        readTask(client, { task, query: wanted, isOver: () => isOver(task.task), onFailure }, signal),
      )
    }
    isFirst = false
    if (named !== null) return going.length > 0 && !isOver(named.task)
    return services.some(({ object }) => object === service.object)
  }
  for (;;) {
    try {
      if (!(await look())) break
    } catch (error) {
      if (!isGone(error)) note(String(error))
      else note('the daemon here has gone away; this goes on when it is back')
    }
    if (signal.aborted) break
    await stirred(LOOK_MS)
  }
  // What is still read goes on to its end, and is not asked for again.
  going = []
  merge.close()
}

/** Says each thing once, until another one is to be said. */
const createNotes = ({ stderr }: Cli) => {
  let last = ''
  return (text: string): void => {
    if (text !== last && text !== '') stderr.write(`coterie: ${text.replace(/\.$/, '')}.\n`)
    last = text
  }
}

const textOf = (line: TaskLine, { json, timestamps }: LogsRequest, isPrefixed: boolean): string => {
  if (json) return jsonLine(line)
  const time = timestamps ? `${new Date(line.atMs).toISOString()} ` : ''
  return `${time}${isPrefixed ? `${line.slot}@${line.node} | ` : ''}${line.text}\n`
}
