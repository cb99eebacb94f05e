import { UPDATES_VERSION } from '../../../protocols/decisions/index.ts'
import type { CreateChecker } from '../observation.ts'
import { firstApplied } from './first-seen.ts'
import { followTasks, isSameOn, policyOn } from './updates.ts'

/** What was so when the plan was made may have changed until its decisions are applied. */
const SLACK_MS = 3_000

/** No more slots are in change than the service says; and no task is exchanged for one of another revision but in those. */
export const createUpdatesChangeFewSlots: CreateChecker = (world) => {
  const log = followTasks(world)
  /** `object slot` -> when it was last in change. */
  const changedMs = new Map<string, number>()
  let raisedMs = 0
  return {
    name: 'updates-change-few-slots',
    sees: ['first applied'],
    judge: firstApplied((applied, node, token) => {
      const nowMs = world.nowMs()
      const { decision, outcome } = applied
      const core = world.coreOf(node)
      for (const { object, changing } of log.rows.values())
        for (const slot of changing) changedMs.set(`${object} ${slot}`, nowMs)
      const replaced =
        decision.type === 'taskAssigned' && decision.replaces !== null
          ? log.tasks.get(decision.replaces)
          : undefined
      log.apply(applied, node, token)
      if (!outcome.ok || core === null) return null
      const { view } = core.planes.decisions
      if (decision.type === 'meshVersionRaised' || view.meshVersion < UPDATES_VERSION) raisedMs = nowMs
      if (decision.type === 'updateProgressed') {
        const known = policyOn(core, decision.object)
        return known !== null && decision.changing.length > known.policy.parallelism
          ? `${decision.changing.length} slots of ${decision.object} are in change, of which ${known.policy.parallelism} may be`
          : null
      }
      if (decision.type !== 'taskAssigned' || replaced === undefined) return null
      const { object, slot, revision } = decision
      if (isSameOn(core, replaced.revision, revision) !== false || nowMs - raisedMs < SLACK_MS) return null
      // What can not be assigned any more is exchanged wherever it ends.
      if (!(view.objects.get(object)?.history ?? []).includes(replaced.revision)) return null
      const inChangeMs = changedMs.get(`${object} ${slot}`) ?? Number.NEGATIVE_INFINITY
      return nowMs - inChangeMs > SLACK_MS
        ? `slot ${slot} of ${object} gets another revision, and is not in change`
        : null
    }),
  }
}
