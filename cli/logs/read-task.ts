/** The lines of one task, also over restarts in place and of the daemon that is asked. */
import { setTimeout as pause } from 'node:timers/promises'
import type { LogLine, Task } from '../../protocols/control/index.ts'
import type { Client } from '../client.ts'

export interface LogsQuery {
  readonly follow: boolean
  readonly tail?: number
  readonly sinceMs?: number
  readonly untilMs?: number
  readonly grep?: string
}

export interface TaskLine extends LogLine {
  readonly task: string
  readonly slot: number
  /** Name of its node. */
  readonly node: string
}

/** Before what ended, though its task has not, is asked for again. */
const AGAIN_MS = 1_000

export interface ReadTask {
  readonly task: Task
  readonly query: LogsQuery
  /** True once it does not go on any more; asked where its lines end. */
  isOver(): boolean
  /** Told where its lines cannot be had for now. @throws where that is the end of it */
  onFailure(error: unknown): void
}

/** Where one goes on: after that many of the lines of that time. */
interface Mark {
  readonly atMs: number
  readonly lines: number
}

/** Ends with the task, or with `signal`. */
export async function* readTask(
  client: Client,
  { task: { task, slot, name: node }, query: wanted, isOver, onFailure }: ReadTask,
  signal: AbortSignal,
): AsyncGenerator<TaskLine> {
  let query = wanted
  let mark: Mark = { atMs: 0, lines: 0 }
  for (;;) {
    let passedOver = mark.lines
    try {
      for await (const line of client.stream(
        'GET /v1/tasks/:task/logs',
        { params: { task }, query },
        signal,
      )) {
        if (line.atMs === mark.atMs && passedOver > 0) {
          passedOver--
          continue
        }
        mark = { atMs: line.atMs, lines: line.atMs === mark.atMs ? mark.lines + 1 : 1 }
        yield { ...line, task, slot, node }
      }
    } catch (error) {
      onFailure(error)
    }
    if (!wanted.follow || signal.aborted || isOver()) return
    await pause(AGAIN_MS, undefined, { signal }).catch(() => {})
    // The last ones were counted from where it began.
    const { tail: _, ...rest } = query
    query = mark.lines === 0 ? query : { ...rest, sinceMs: mark.atMs }
  }
}
