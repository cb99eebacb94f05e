/**
 * What a committed entry does. Who proposed it, and how it was agreed, is not known here.
 */
import { defineMessage } from '../wire/index.ts'
import { DecisionSchema } from './types.ts'

export { createDecisions } from './decisions.ts'
export { HISTORY_LENGTH_MAX } from './heads.ts'
export { type DecisionsSnapshot, restoreDecisions, snapshotDecisions } from './snapshot.ts'
export { TaskIdSchema, taskIdOf } from './task-id.ts'
export { isKept, isTrimmed } from './trimming.ts'
export * from './types.ts'

/** How a decision stands in the data of a log entry. */
export const decisionCodec = defineMessage('decision', DecisionSchema)
