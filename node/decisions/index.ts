/** Applies the committed log, and lets a caller decide something and learn how it went. */
export { createDecisionService, type DecisionComponents, type DecisionService } from './decision-service.ts'
export { judgeForwarded } from './judge-forwarded.ts'
