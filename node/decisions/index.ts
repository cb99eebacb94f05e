/** Applies the committed log, and lets a caller decide something and learn how it went. */

export { acceptedRevisions } from './accepted-revisions.ts'
export { admitForwarded } from './admit-forwarded.ts'
export {
  type Applied,
  createDecisionService,
  type DecisionComponents,
  type DecisionInit,
  type DecisionService,
  type Halt,
} from './decision-service.ts'
export { decodeDecision } from './decode-decision.ts'
