import { isBackward } from '../../../protocols/decisions/index.ts'
import type { TaskStatus } from '../../../protocols/tasks/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import type { Core } from '../../daemon/core.ts'
import { taskStatusOf } from '../../daemon/observed.ts'
import type { CreateChecker } from '../observation.ts'
import { decisionOf } from './decision-of.ts'
import { createLeaderships } from './leaderships.ts'
import { isSameOn, policyOn } from './updates.ts'

/** What was so when the plan was made may have changed until the write is safe. */
const SLACK_MS = 3_000

const isReady = (status: TaskStatus | null): boolean =>
  status?.state === 'running' || status?.state === 'completed'

/**
 * A leader takes no task that is ready out of a service for an update, while too few others are ready by all that it knows: as many as
 * there are to be, less those that may be stopped first at once.
 */
export const createUpdatesKeepWhatIsReady: CreateChecker = (world) => {
  const leaderships = createLeaderships(world)
  /** `node task` -> when that node last learned that the task is ready no more. */
  const fellMs = new Map<string, number>()

  const wasReady = (leader: NodeId, { work }: Core, task: string): boolean =>
    isReady(work.observed.statusOfTask(task)) ||
    world.nowMs() - (fellMs.get(`${leader} ${task}`) ?? Number.NEGATIVE_INFINITY) < SLACK_MS

  /** The task that goes for an update by this decision, although it is ready; null where there is none. */
  const leavingIn = ({ planes, work }: Core, decision: ReturnType<typeof decisionOf>) => {
    const { view } = planes.decisions
    if (decision.type !== 'taskReleased' && decision.type !== 'taskAssigned') return null
    const id = decision.type === 'taskReleased' ? decision.task : decision.replaces
    const task = id === null ? undefined : view.tasks.get(id)
    if (task === undefined || !isReady(work.observed.statusOfTask(task.task))) return null
    const row = view.updates.get(task.object)
    if (row === undefined || view.objects.get(task.object)?.removed !== false) return null
    if (work.leases.granted.withheldFor(task.task) !== null) return null
    const isMoved =
      decision.type === 'taskAssigned' &&
      isSameOn({ planes, work } as Core, task.revision, decision.revision) !== false
    return isMoved ? null : { task, isBackward: isBackward(row) }
  }

  return {
    name: 'updates-keep-what-is-ready',
    sees: ['started', 'ended', 'role', 'stored', 'learned'],
    judge: (observation) => {
      leaderships.see(observation)
      if (observation.type === 'learned') {
        const { node, registers } = observation
        for (const register of registers) {
          const status = taskStatusOf(register)
          if (status !== null && !isReady(status)) fellMs.set(`${node} ${status.task}`, world.nowMs())
        }
      }
      if (observation.type !== 'stored') return null
      const { node: leader } = observation
      const core = world.coreOf(leader)
      if (core === null) return null
      for (const entry of leaderships.ownEntries(observation)) {
        const leaving = leavingIn(core, decisionOf(entry))
        if (leaving === null) continue
        const { object, task } = leaving.task
        const known = policyOn(core, object)
        if (known === null) continue
        const others = [...core.planes.decisions.view.tasksOf(object)].filter((each) => each.task !== task)
        const ready = others.filter((each) => wasReady(leader, core, each.task)).length
        const least = known.replicas - (known.policy.startsFirst ? 0 : known.policy.parallelism)
        if (ready < least)
          return `${leader} takes ${task} out of ${object} while ${ready} others are ready, and ${least} are promised`
      }
      return null
    },
  }
}
