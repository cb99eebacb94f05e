import type { Decision, RevisionId } from '../../protocols/decisions/index.ts'
import { taskRegister } from '../../protocols/spec/index.ts'
import type { DecisionService } from '../decisions/index.ts'
import type { IntentService } from '../intent/index.ts'
import type { Clock } from '../ports/clock.ts'
import { createWorker } from '../turns/index.ts'
import { missingOfKept } from './named-revisions.ts'

/** The task that leaves the log with this decision; null where none does. */
const leavingWith = (decision: Decision): string | null => {
  if (decision.type === 'taskReleased') return decision.task
  return decision.type === 'taskAssigned' ? decision.replaces : null
}

/**
 * Tells intent what the log has no use for any more: revisions that were trimmed, registers of tasks that are gone and of nodes
 * that were removed. A snapshot names none of them, and revisions that no entry will name: all that is held is looked at.
 */
export const followEndings = (
  decisions: DecisionService,
  intent: IntentService,
  clock: Pick<Clock, 'after'>,
): void => {
  const { view } = decisions
  const worker = createWorker(clock)
  let trimmed: RevisionId[] = []
  decisions.onApplied(({ decision, outcome }) => {
    if (!outcome.ok) return
    if (decision.type === 'revisionsTrimmed')
      for (const { revision } of decision.revisions) trimmed.push(revision)
    if (decision.type === 'nodeRemoved') intent.review(view)
    const task = leavingWith(decision)
    if (task !== null) intent.forgetSoon(taskRegister(task))
  })
  decisions.onBatch(() => {
    if (trimmed.length > 0) intent.dropTrimmed(trimmed, view)
    trimmed = []
  })
  decisions.onRestored(() => {
    intent.review(view)
    void Promise.resolve(worker.work(missingOfKept(view, intent))).then((missing) => intent.seek(missing))
  })
}
