import type { Decision } from '../../../protocols/decisions/index.ts'
import { isFinal } from '../../../protocols/tasks/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import type { Core } from '../../daemon/core.ts'
import type { CreateChecker } from '../observation.ts'
import { decisionOf } from './decision-of.ts'
import { createLeaderships } from './leaderships.ts'

/** What was so when the plan was made may have changed until the write is safe. */
const SLACK_MS = 3_000
/** So long a member may be unknown before its tasks move; less the slack. */
const UNKNOWN_GRACE_MS = 60_000 - SLACK_MS

/** What a leader was seen to think of the others. */
interface Opinion {
  /** Since when a member is unknown. */
  readonly unknownMs: Map<NodeId, number>
  /** Who was dead at the last look. */
  dead: readonly NodeId[]
  /** When a member was last dead: now, or before it came back. */
  readonly deadMs: Map<NodeId, number>
  /** How many were dead or suspect at the last look. */
  silent: number
  /** When last not more than half were. */
  freeMs: number
}

const NEVER = Number.NEGATIVE_INFINITY

/**
 * A running task of the present revision is given away only if the leader holds its node to be dead, or gone, or silent
 * since a minute; and nothing moves for that reason while most of the members are dead to it or suspect. What failed in an
 * update may go in any case. An exclusive task may also have been silent about its lease, and goes for good once that is withheld, whatever is known of its node by then.
 */
export const createOnlyTheDeadAreOrphaned: CreateChecker = (world) => {
  const leaderships = createLeaderships(world)
  const opinions = new Map<NodeId, Opinion>()
  /** `leader member` -> when the leader last learned that the member begins or ends to drain. */
  const drainedMs = new Map<string, number>()

  const see = (leader: NodeId, { planes }: Core): Opinion => {
    const nowMs = world.nowMs()
    const fresh = { unknownMs: new Map(), dead: [], deadMs: new Map(), silent: 0, freeMs: nowMs }
    const opinion = opinions.get(leader) ?? fresh
    opinions.set(leader, opinion)
    const dead: NodeId[] = []
    let silent = 0
    for (const { node, state } of planes.membership.members()) {
      if (state === 'dead') dead.push(node)
      // Whom the log removed stays among the members for a moment, and counts no more.
      if ((state === 'dead' || state === 'suspect') && planes.decisions.view.nodes.has(node)) silent += 1
      if (state !== 'unknown') opinion.unknownMs.delete(node)
      else if (!opinion.unknownMs.has(node)) opinion.unknownMs.set(node, nowMs)
    }
    // What held at the last look held until now.
    for (const node of [...opinion.dead, ...dead]) opinion.deadMs.set(node, nowMs)
    if (2 * Math.min(opinion.silent, silent) <= planes.decisions.view.nodes.size) opinion.freeMs = nowMs
    opinion.silent = silent
    opinion.dead = dead
    return opinion
  }

  /** Why the leader must not take the task from that node; null where it may. */
  const objection = (leader: NodeId, { planes }: Core, opinion: Opinion, node: NodeId): string | null => {
    const nowMs = world.nowMs()
    if (nowMs - (drainedMs.get(`${leader} ${node}`) ?? NEVER) < SLACK_MS) return null
    const member = planes.decisions.view.nodes.get(node)
    const state = planes.membership.member(node)?.state
    if (member === undefined || member.draining || state === 'left') return null
    const isDead = nowMs - (opinion.deadMs.get(node) ?? NEVER) < SLACK_MS
    const isUnknown = nowMs - (opinion.unknownMs.get(node) ?? nowMs) > UNKNOWN_GRACE_MS
    if (!isDead && !isUnknown) return `which it holds to be ${state}`
    return nowMs - opinion.freeMs < SLACK_MS
      ? null
      : 'while it holds most of the members to be dead or suspect'
  }

  /** The task that the decision takes away although it runs and is of the present revision; null where there is none. */
  const runningTaskIn = ({ planes, work }: Core, decision: Decision) => {
    if (decision.type !== 'taskAssigned' || decision.replaces === null) return null
    const task = planes.decisions.view.tasks.get(decision.replaces)
    if (task === undefined || task.revision !== decision.revision) return null
    if (work.leases.granted.withheldFor(task.task) !== null) return null
    if (planes.decisions.view.updates.get(task.object)?.failed.includes(task.task)) return null
    const status = work.observed.statusOf(task)
    return status !== null && isFinal(status) ? null : task
  }

  return {
    name: 'only-the-dead-are-orphaned',
    sees: ['started', 'ended', 'role', 'applied', 'stored', 'member'],
    judge: (observation) => {
      leaderships.see(observation)
      if (observation.type === 'started') opinions.delete(observation.node)
      if (observation.type === 'applied' && observation.applied.decision.type === 'nodeDrained')
        drainedMs.set(`${observation.node} ${observation.applied.decision.node}`, world.nowMs())
      if (observation.type !== 'stored' && observation.type !== 'member') return null
      const { node: leader } = observation
      const core = world.coreOf(leader)
      const leads = leaderships.of(leader) !== null
      // Who does not lead yet has its opinions already, and will plan from them.
      if (core === null || (observation.type === 'stored' && !leads)) return null
      const opinion = see(leader, core)
      if (!leads) return null
      for (const entry of leaderships.ownEntries(observation)) {
        const task = runningTaskIn(core, decisionOf(entry))
        const what = task === null ? null : objection(leader, core, opinion, task.node)
        if (task !== null && what !== null)
          return `${leader} moves ${task.task} away from ${task.node}, ${what}`
      }
      return null
    },
  }
}
