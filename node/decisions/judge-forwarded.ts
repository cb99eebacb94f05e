import { CoterieError } from '../../protocols/errors/index.ts'
import { decodeDecision } from './decode-decision.ts'

/** What only a leader decides, from its own view: nobody may put these words in its mouth. */
const LEADERS_OWN: ReadonlySet<string> = new Set([
  'meshFounded',
  'revisionAccepted',
  'revisionsTrimmed',
  'taskAssigned',
  'taskReleased',
  'generationBegan',
])

/**
 * Judges a decision that another member asks this leader to propose.
 * @throws `malformedMessage`, `decisionRefused`
 */
export const judgeForwarded = (data: Uint8Array): void => {
  const decision = decodeDecision(data)
  if (LEADERS_OWN.has(decision.type)) {
    throw new CoterieError('decisionRefused', { reason: `${decision.type} is proposed by the leader alone` })
  }
}
