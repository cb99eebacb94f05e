/** A whole mesh under a virtual clock, network and disk; see docs/design/simulation.md. */
export { FAULT_NAMES, type FaultName } from './faults/index.ts'
export { KINDS, type SimulationKind } from './kind.ts'
export { type RunSeedsInit, runSeeds, type SeedsReport } from './run-seeds.ts'
export { type SimulationInit, type SimulationResult, simulate, type Violation } from './simulate.ts'
export { sizeOf } from './size.ts'
export type { Transcript } from './transcript.ts'
