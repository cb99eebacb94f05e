/** Wire forms on `PROTOCOLS.usage`: an empty request, and what the tasks of one node use. */
import { type Static, Type } from 'typebox'
import { TaskIdSchema } from '../decisions/index.ts'
import { defineMessage } from '../wire/index.ts'

/** Tasks of one node: far more than one machine runs. */
export const USAGES_MAX = 1_000

const Count = Type.Integer({ minimum: 0 })
/** Null where the kernel of that machine does not count it, or nothing limits it. */
const MaybeCount = Type.Union([Count, Type.Null()])

export const taskUsageFields = {
  task: TaskIdSchema,
  /** Wall clock of the node at which all of it was so. */
  atMs: Count,
  /** Microseconds of processor time since the start. */
  cpuUs: Count,
  memoryBytes: MaybeCount,
  memoryLimitBytes: MaybeCount,
  /** Processes and threads. */
  pids: MaybeCount,
  pidsLimit: MaybeCount,
  /** Bytes since the start. */
  networkInBytes: MaybeCount,
  networkOutBytes: MaybeCount,
  diskReadBytes: MaybeCount,
  diskWriteBytes: MaybeCount,
}

export const TaskUsageSchema = Type.Object(taskUsageFields)
export type TaskUsage = Static<typeof TaskUsageSchema>

export const usageRequestCodec = defineMessage('usage request', Type.Object({}))
export const usageAnswerCodec = defineMessage(
  'usage answer',
  Type.Object({ tasks: Type.Array(TaskUsageSchema, { maxItems: USAGES_MAX }) }),
)
