/** What a task wrote before it failed. */
import type { Task } from '../../protocols/control/index.ts'
import type { Client } from '../client.ts'

/** Enough for the message at the end of a stack trace. */
const LINES = 10
/** A node that does not answer is no reason to hold back the rest. */
const READ_MS_MAX = 5_000

/** The last lines of its log; those that its status took along where the log cannot be read any more. */
export const lastLinesOf = async (client: Client, { task, lastLines }: Task): Promise<readonly string[]> => {
  const lines: string[] = []
  try {
    const query = { tail: LINES }
    const signal = AbortSignal.timeout(READ_MS_MAX)
    for await (const line of client.stream('GET /v1/tasks/:task/logs', { params: { task }, query }, signal))
      lines.push(line.text)
  } catch {
    // The log went with the task, or its node with the log.
  }
  return (lines.length > 0 ? lines : lastLines).slice(-LINES)
}
