import { decisionCodec } from '../../protocols/decisions/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'

/** What only a leader decides, from its own view: nobody may put these words in its mouth. */
const LEADERS_OWN: ReadonlySet<string> = new Set([
  'meshFounded',
  'revisionAccepted',
  'revisionsTrimmed',
  'taskAssigned',
  'taskReleased',
])

/**
 * Judges a decision that another member asks this leader to propose.
 * @throws `malformedMessage`, `decisionRefused`
 */
export const judgeForwarded = (data: Uint8Array): void => {
  const decision = decisionCodec.decode(data)
  if (LEADERS_OWN.has(decision.type)) {
    throw new CoterieError('decisionRefused', { reason: `${decision.type} is proposed by the leader alone` })
  }
}
