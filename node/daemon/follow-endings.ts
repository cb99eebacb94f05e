import type { Decision, RevisionId } from '../../protocols/decisions/index.ts'
import { taskRegister } from '../../protocols/spec/index.ts'
import type { DecisionService } from '../decisions/index.ts'
import type { IntentService } from '../intent/index.ts'

/** The task that leaves the log with this decision; null where none does. */
const leavingWith = (decision: Decision): string | null => {
  if (decision.type === 'taskReleased') return decision.task
  return decision.type === 'taskAssigned' ? decision.replaces : null
}

/**
 * Tells intent what the log has no use for any more: revisions that were trimmed, registers of tasks that are gone and of nodes
 * that were removed. A snapshot names none of them, and revisions that no entry will name: all that is held is looked at, once
 * there is time.
 */
export const followEndings = (decisions: DecisionService, intent: IntentService): void => {
  const { view } = decisions
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
  // Not before the entries after it are applied too: at a start somebody waits for them, and for this nobody does.
  decisions.onRestored(() => void decisions.settled().then(() => intent.review(view)))
}
