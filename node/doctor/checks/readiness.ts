/** Whether this node may be sent work. */
import type { ErrorData } from '../../../protocols/errors/index.ts'
import { bad, good, type Verdict } from '../verdict.ts'

export type ReadinessFacts = readonly ErrorData<'notReady'>['reasons'][number][]

export const judgeReadiness = (reasons: ReadinessFacts): Verdict[] =>
  reasons.length === 0
    ? [good('it is a member, follows the log and can write')]
    : reasons.map(({ reason, next }) => bad(reason, next))
