import type { Decision } from '../../protocols/decisions/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { decodeDecision } from './decode-decision.ts'

/** What any member decides. Everything else a leader concludes from its own view: nobody may put those words in its mouth. */
const ANYBODYS: ReadonlySet<Decision['type']> = new Set([
  'nodeAdmitted',
  'nodeDrained',
  'nodeRemoved',
  'issuerGranted',
  'issuerRevoked',
])

/**
 * Judges a decision that another member asks this leader to propose.
 * @throws `malformedMessage`, `decisionRefused`
 */
export const judgeForwarded = (data: Uint8Array): void => {
  const decision = decodeDecision(data)
  if (!ANYBODYS.has(decision.type)) {
    throw new CoterieError('decisionRefused', { reason: `${decision.type} is proposed by the leader alone` })
  }
}
