import { hasEnded, isBackward, type Update } from '../../../protocols/decisions/index.ts'
import type { CreateChecker } from '../observation.ts'
import { firstApplied } from './first-seen.ts'
import { followTasks } from './updates.ts'

/** What a step does that loses something; null where it goes on. */
const lossOf = (before: Update, next: Update): string | null => {
  if (next.revision !== before.revision) return null
  if (next.step <= before.step) return `is at step ${next.step} after ${before.step}`
  if (hasEnded(before)) return `goes on after it was ${before.state}`
  if (before.state === 'paused' || before.state === 'rollback_paused') return 'goes on while it is paused'
  if (next.back !== before.back) return 'goes back to another revision than before'
  if (isBackward(before) && !isBackward(next)) return 'turns forward by itself'
  const turns = isBackward(before) !== isBackward(next)
  return !turns && (next.done < before.done || next.failures < before.failures)
    ? 'has forgotten what it did'
    : null
}

/** An update that has begun goes on from where it was, whoever leads, until it ends or its head is replaced; only a person turns or resumes it. */
export const createUpdatesGoForward: CreateChecker = (world) => {
  const log = followTasks(world)
  return {
    name: 'updates-go-forward',
    sees: ['first applied'],
    judge: firstApplied((applied, node, token) => {
      const { decision, outcome } = applied
      const before = 'object' in decision ? log.rows.get(decision.object) : undefined
      log.apply(applied, node, token)
      if (!outcome.ok || before === undefined) return null
      if (decision.type === 'revisionAccepted') {
        const view = world.coreOf(node)?.planes.decisions.view
        const isHead = view?.objects.get(before.object)?.head === before.revision
        return isHead && view?.updates.has(before.object) === false
          ? `the update of ${before.object} is forgotten, and its head is the same`
          : null
      }
      if (decision.type !== 'updateProgressed') return null
      // The very same step, said again.
      if (decision.step === before.step && decision.state === before.state) return null
      const loss = lossOf(before, decision)
      return loss === null ? null : `the update of ${decision.object} ${loss}`
    }),
  }
}
