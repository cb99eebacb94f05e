import type { TaskId } from '../../protocols/decisions/index.ts'
import { LAST_LINE_LENGTH_MAX, LAST_LINES_MAX } from '../../protocols/tasks/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Runtime } from '../ports/runtime.ts'

/** The last lines are a courtesy, and may not hold up the status that they go with. */
const WAIT_MS = 2_000

/** The last lines that a task wrote, as far as its runtime gives them in time; cut to what a status holds. */
export const lastLinesOf = async (runtime: Runtime, task: TaskId, clock: Clock): Promise<string[]> => {
  const lines: string[] = []
  const late = new AbortController()
  const cancel = clock.after(WAIT_MS, () => late.abort())
  try {
    const logs = runtime.logs(task, { tail: LAST_LINES_MAX, follow: false, signal: late.signal })
    for await (const { text } of logs) lines.push(text.slice(0, LAST_LINE_LENGTH_MAX))
  } catch {
    // What was read until then is better than nothing.
  } finally {
    cancel()
  }
  return lines.slice(-LAST_LINES_MAX)
}
