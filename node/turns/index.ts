/** When work gets its turn: rounds that are woken, and long work a slice at a time. */
export { createRounds, type Rounds } from './rounds.ts'
export { createWorker, type Worker } from './worker.ts'
