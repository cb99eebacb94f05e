import type { Decision, RevisionId, TaskId } from '../../protocols/decisions/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { DesiredTask } from '../agent/index.ts'
import type { DecisionService } from '../decisions/index.ts'
import type { IntentService } from '../intent/index.ts'

export interface OwnTasks {
  /** All that the log gives to this node, with the specs that are here. */
  take(): readonly DesiredTask[]
  /** Whether that is something else than what was taken last. */
  haveChanged(): boolean
}

/** The tasks of this node: looked at anew only where a decision or a revision says something of them. */
export const followOwnTasks = (
  self: NodeId,
  decisions: Pick<DecisionService, 'view' | 'onApplied' | 'onRestored'>,
  intent: Pick<IntentService, 'resolveSpec' | 'onChange'>,
): OwnTasks => {
  let own: ReadonlySet<TaskId> = new Set()
  /** Revisions of own tasks that were not here. */
  let missing: ReadonlySet<RevisionId> = new Set()
  let changed = true

  const isOwn = (decision: Decision): boolean => {
    if (decision.type === 'taskReleased') return own.has(decision.task)
    if (decision.type !== 'taskAssigned') return false
    return decision.node === self || (decision.replaces !== null && own.has(decision.replaces))
  }
  decisions.onApplied(({ decision }) => {
    changed ||= isOwn(decision)
  })
  decisions.onRestored(() => {
    changed = true
  })
  intent.onChange(({ revisions }) => {
    changed ||= revisions.some(({ id }) => missing.has(id))
  })

  return {
    haveChanged: () => changed,
    take: () => {
      const tasks = Array.from(decisions.view.tasksOn(self), (assignment) => ({
        assignment,
        spec: intent.resolveSpec(assignment.revision),
      }))
      own = new Set(tasks.map(({ assignment }) => assignment.task))
      missing = new Set(tasks.flatMap(({ assignment, spec }) => (spec === null ? assignment.revision : [])))
      changed = false
      return tasks
    },
  }
}
