/** Recoveries of a quorum, simulated; see docs/design/recovery.md. */
export { generationCheckers, ONE_GENERATION_WINS } from './checkers.ts'
export { drawSize, simulateRecoveries } from './run.ts'
