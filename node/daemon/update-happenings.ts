import type { Happening } from '../../protocols/control/index.ts'
import type { Decision, DecisionView } from '../../protocols/decisions/index.ts'

/** What an applied decision tells of an update: each of its steps. */
export const updateHappening = (
  { updates }: Pick<DecisionView, 'updates'>,
  decision: Decision,
): Happening | null => {
  if (decision.type !== 'updateProgressed' && decision.type !== 'updateSteered') return null
  const row = updates.get(decision.object)
  if (row === undefined) return null
  const { object, state, phase, changing, done, failures, reason } = row
  return { type: 'updateChanged', object, state, phase, changing: [...changing], done, failures, reason }
}
