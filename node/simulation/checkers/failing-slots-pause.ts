import type { CreateChecker } from '../observation.ts'
import { firstApplied } from './first-seen.ts'

/** A slot that fails is filled after 1, 2, 4 s, and so on; a new leader that was restarted may try once more. */
const ASSIGNMENTS_MAX = 8
const WINDOW_MS = 10_000

/** No slot is filled over and over: the log would grow without bound with what cannot run. */
export const createFailingSlotsPause: CreateChecker = (world) => {
  /** Slot under a revision -> when it was assigned. */
  const assigned = new Map<string, number[]>()
  return {
    name: 'failing-slots-pause',
    sees: ['first applied'],
    judge: firstApplied(({ decision, outcome }) => {
      if (decision.type !== 'taskAssigned' || !outcome.ok) return null
      const { object, slot, revision } = decision
      const key = `${object}#${slot} ${revision}`
      const nowMs = world.nowMs()
      const recent = [...(assigned.get(key) ?? []), nowMs].filter((atMs) => nowMs - atMs < WINDOW_MS)
      assigned.set(key, recent)
      return recent.length > ASSIGNMENTS_MAX
        ? `slot ${slot} of ${object} was filled ${recent.length} times in ${WINDOW_MS / 1_000} s`
        : null
    }),
  }
}
