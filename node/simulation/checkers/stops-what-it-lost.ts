import { type TaskId, taskIdOf } from '../../../protocols/decisions/index.ts'
import { isFinal } from '../../../protocols/tasks/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import { tokenOn } from '../log-entries.ts'
import type { CreateChecker } from '../observation.ts'
import { createExclusiveTasks } from './exclusive-tasks.ts'
import { firstApplied, viewAtRecovery } from './first-seen.ts'

/**
 * A node stops no task that the log gives to it: a view that lags, as after a restart, is no reason.
 * Excepted is what the node itself has reported to have ended for good, or to be stopping, and an exclusive task, which ends with its lease.
 */
export const createStopsWhatItLost: CreateChecker = (world) => {
  const exclusive = createExclusiveTasks(world)
  /** Who holds a task, as far as anybody applied the log. */
  const holders = new Map<TaskId, NodeId>()
  /** Tasks that need no reason any more. */
  const over = new Set<TaskId>()
  /** Of the generation whose holders these are. */
  let generationToken = 0
  const follow = firstApplied((applied, applier, token) => {
    const { decision, outcome } = applied
    if (!outcome.ok) return null
    const recovered = viewAtRecovery(world, applier, applied)
    if (recovered !== null) {
      generationToken = recovered.tokenAt(0)
      holders.clear()
      for (const { task, node } of recovered.tasks.values()) holders.set(task, node)
    }
    if (decision.type === 'taskReleased') holders.delete(decision.task)
    if (decision.type === 'taskAssigned') {
      const { object, slot, node, replaces } = decision
      if (replaces !== null) holders.delete(replaces)
      holders.set(taskIdOf(object, slot, token), node)
    }
    return null
  })
  return {
    name: 'stops-what-it-lost',
    sees: ['first applied', 'task', 'stopAsked'],
    judge: (observation) => {
      follow(observation)
      exclusive.see(observation)
      if (observation.type === 'task' && observation.status !== null) {
        const { status, task } = observation
        if (isFinal(status) || status.state === 'stopping') over.add(task)
      }
      if (observation.type !== 'stopAsked') return null
      const { node, task } = observation
      // Who is of an older generation still obeys another log.
      if (tokenOn(world, node, 0) !== generationToken) return null
      return holders.get(task) === node && !over.has(task) && !exclusive.has(task)
        ? `${node} stops ${task}, which the log gives to it`
        : null
    },
  }
}
