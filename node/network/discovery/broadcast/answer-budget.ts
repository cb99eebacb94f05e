/** How often a node answers, whoever asks. */
import type { Clock } from '../../../ports/clock.ts'

/** A mesh that starts at once: each of its machines asks on each interface. */
export const ANSWERS_PER_SECOND_MAX = 100

/** Nonces that are remembered, so that a question is answered once, also where it is heard on two interfaces. */
export const NONCES_REMEMBERED_MAX = 1_024

/** Says whether a question may be answered now; a nonce is taken once. */
export const createAnswerBudget = (clock: Pick<Clock, 'nowMs'>): ((nonce: string) => boolean) => {
  const taken = new Set<string>()
  let second = Number.NEGATIVE_INFINITY
  let answers = 0
  return (nonce) => {
    if (taken.has(nonce)) return false
    const now = Math.floor(clock.nowMs() / 1_000)
    if (now !== second) {
      second = now
      answers = 0
    }
    if (answers === ANSWERS_PER_SECOND_MAX) return false
    answers++
    taken.add(nonce)
    if (taken.size > NONCES_REMEMBERED_MAX) taken.delete(taken.values().next().value as string)
    return true
  }
}
