import type { TaskId } from '../../protocols/decisions/index.ts'
import type { Runtime } from '../ports/runtime.ts'

/** A runtime that is asked to stop a task only when nobody needs it any more; `drained` says when that is, and always does. */
export const drainingRuntime = (runtime: Runtime, drained: (task: TaskId) => Promise<void>): Runtime => ({
  ...runtime,
  stop: async (task, graceMs) => {
    await drained(task)
    await runtime.stop(task, graceMs)
  },
})
