import { type Decision, decisionCodec } from '../../protocols/decisions/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { decodeDecision } from './decode-decision.ts'

/** What any member decides. Everything else a leader concludes from its own view: nobody may put those words in its mouth. */
const ANYBODYS: ReadonlySet<Decision['type']> = new Set([
  'nodeAdmitted',
  'nodeDrained',
  'nodeRemoved',
  'issuerGranted',
  'issuerRevoked',
  'credentialRevoked',
  'tokenCreated',
  'tokenRevoked',
  'accountAdded',
  'accountChanged',
  'accountRemoved',
  'updateSteered',
])

/** By whose time a token or a revocation ends, or an update goes on: that in the entry counts. */
const isTimed = (decision: Decision) =>
  decision.type === 'tokenCreated' ||
  decision.type === 'tokenRevoked' ||
  decision.type === 'credentialRevoked' ||
  decision.type === 'updateSteered' ||
  (decision.type === 'nodeRemoved' && decision.revoked !== undefined) ||
  (decision.type === 'nodeAdmitted' && decision.token !== undefined)

/**
 * What this leader proposes where another member asks it to: the same decision, with the leader's own time where that matters.
 * @throws `malformedMessage`, `decisionRefused`
 */
export const admitForwarded = (data: Uint8Array, wallMs: number): Uint8Array => {
  const decision = decodeDecision(data)
  if (!ANYBODYS.has(decision.type)) {
    throw new CoterieError('decisionRefused', { reason: `${decision.type} is proposed by the leader alone` })
  }
  return isTimed(decision) ? decisionCodec.encode({ ...decision, atMs: wallMs } as Decision) : data
}
