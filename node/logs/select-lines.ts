/** Which lines of a task a reader wants: those of a time, those that hold a text, and so many of them from the end. */
import type { LogLine, LogsOptions } from '../ports/runtime.ts'

/** Absent where it does not matter. Times are those of the node that runs the task. */
export interface LogFilter {
  readonly sinceMs?: number
  readonly untilMs?: number
  /** Plain text, in capitals or not. */
  readonly grep?: string
}

export type ReadLogsOptions = LogsOptions & LogFilter

export type ReadLines = (options: LogsOptions) => AsyncIterable<LogLine>

/** The part of `options` that says which lines fit. */
export const filterOf = ({ sinceMs, untilMs, grep }: LogFilter): LogFilter => ({
  ...(sinceMs !== undefined && { sinceMs }),
  ...(untilMs !== undefined && { untilMs }),
  ...(grep !== undefined && { grep }),
})

/** Whether a line fits. One whose time its runtime cannot tell is of any time. */
export const fitting = ({ sinceMs, untilMs, grep }: LogFilter): ((line: LogLine) => boolean) => {
  const wanted = grep?.toLowerCase()
  return ({ atMs, text }) =>
    (atMs === 0 ||
      ((sinceMs === undefined || atMs >= sinceMs) && (untilMs === undefined || atMs <= untilMs))) &&
    (wanted === undefined || text.toLowerCase().includes(wanted))
}

/** The lines that fit, in their order; nothing is read ahead of the consumer, and no line is held. */
export async function* selectLines(
  read: ReadLines,
  { tail, follow, signal, ...filter }: ReadLogsOptions,
): AsyncGenerator<LogLine> {
  if (Object.keys(filter).length === 0) return yield* read({ tail, follow, signal })
  const fits = fitting(filter)
  let passedOver = 0
  if (tail !== null) {
    for await (const line of read({ tail: null, follow: false, signal })) if (fits(line)) passedOver++
    passedOver = Math.max(0, passedOver - tail)
  }
  for await (const line of read({ tail: null, follow, signal })) {
    if (filter.untilMs !== undefined && line.atMs > filter.untilMs) return
    if (fits(line) && passedOver-- <= 0) yield line
  }
}
