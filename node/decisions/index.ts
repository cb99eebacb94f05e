/** Applies the committed log, and lets a caller decide something and learn how it went. */
export {
  type Applied,
  createDecisionService,
  type DecisionComponents,
  type DecisionService,
} from './decision-service.ts'
export { judgeForwarded } from './judge-forwarded.ts'
