import { type RevisionId, type TaskId, taskIdOf } from '../../../protocols/decisions/index.ts'
import type { Observation } from '../observation.ts'
import { firstApplied } from './first-seen.ts'

/** Which tasks are exclusive, by the revisions that people wrote. */
export const createExclusiveTasks = () => {
  const revisions = new Set<RevisionId>()
  const tasks = new Set<TaskId>()
  const follow = firstApplied(({ index, decision, outcome }) => {
    if (!outcome.ok || decision.type !== 'taskAssigned') return null
    const { object, slot, revision } = decision
    if (revisions.has(revision)) tasks.add(taskIdOf(object, slot, index))
    return null
  })
  return {
    see: (observation: Observation): void => {
      if (observation.type === 'written') {
        const { id, body } = observation.revision
        if (body.type === 'spec' && body.spec.exclusive === true) revisions.add(id)
      }
      follow(observation)
    },
    has: (task: TaskId): boolean => tasks.has(task),
  }
}
