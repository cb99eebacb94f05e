/** Recoveries of a quorum, simulated; see docs/design/recovery.md. */
export { simulateRecoveries } from './run.ts'
