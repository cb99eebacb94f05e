import type { Assignment, Decision } from '../../../protocols/decisions/index.ts'
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
  /** `node task` -> when that node last learned that the task is ready no more, and when that it became so. */
  const fellMs = new Map<string, number>()
  const roseMs = new Map<string, number>()

  const learn = (node: NodeId, status: TaskStatus): void => {
    const key = `${node} ${status.task}`
    if (!isReady(status)) {
      roseMs.delete(key)
      fellMs.set(key, world.nowMs())
    } else if (!roseMs.has(key)) roseMs.set(key, world.nowMs())
  }

  const wasReady = (leader: NodeId, { work }: Core, task: string): boolean =>
    isReady(work.observed.statusOfTask(task)) ||
    world.nowMs() - (fellMs.get(`${leader} ${task}`) ?? Number.NEGATIVE_INFINITY) < SLACK_MS

  /** The task that goes for an update by this decision, although it is ready; null where there is none. */
  const leavingIn = (leader: NodeId, core: Core, decision: Decision): Assignment | null => {
    const { planes, work } = core
    const { view } = planes.decisions
    if (decision.type !== 'taskReleased' && decision.type !== 'taskAssigned') return null
    const id = decision.type === 'taskReleased' ? decision.task : decision.replaces
    const task = id === null ? undefined : view.tasks.get(id)
    if (task === undefined || !view.updates.has(task.object)) return null
    const isLost = planes.healthOf(task.node) !== 'alive' || view.nodes.get(task.node)?.draining !== false
    if (isLost || !isReady(work.observed.statusOfTask(task.task))) return null
    // It may have come back while the plan was written.
    if (world.nowMs() - (roseMs.get(`${leader} ${task.task}`) ?? Number.NEGATIVE_INFINITY) < SLACK_MS)
      return null
    if (work.leases.granted.withheldFor(task.task) !== null) return null
    const isMoved =
      decision.type === 'taskAssigned' && isSameOn(core, task.revision, decision.revision) !== false
    return isMoved ? null : task
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
          if (status !== null) learn(node, status)
        }
      }
      if (observation.type !== 'stored') return null
      const { node: leader } = observation
      const core = world.coreOf(leader)
      if (core === null) return null
      for (const entry of leaderships.ownEntries(observation)) {
        const leaving = leavingIn(leader, core, decisionOf(entry))
        if (leaving === null) continue
        const { object, task } = leaving
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
