/** When work gets its turn: rounds that are woken, long work a slice at a time, and what is there at once. */
export { batchesOf } from './batches.ts'
export { createRounds, type Rounds } from './rounds.ts'
export { createWorker, type Worker } from './worker.ts'
