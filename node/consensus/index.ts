/** Consensus on this node: the pure machine, given network, disk and clock; see docs/design/consensus.md. */
export type { NamedBytes } from './append-gate.ts'
export { createConsensusService } from './consensus-service.ts'
export { createInterpreter, type Interpreter, type InterpreterParts } from './interpreter.ts'
export type { Committed, WaitOptions } from './pending-proposals.ts'
export { COMPACTION, type CompactionBounds, type Taken } from './snapshot-taking.ts'
export { createTimers } from './timers.ts'
export type {
  CommittedListener,
  ConsensusComponents,
  ConsensusInit,
  ConsensusService,
  SnapshotListener,
} from './types.ts'
