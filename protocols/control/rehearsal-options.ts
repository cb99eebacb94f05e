/** What `coterie sim` and the simulator agree on; the simulator's side is `node/simulation/rehearsal`. */
import type { ServiceSpec } from '../spec/index.ts'
import type { FaultKind, Rehearsal } from './schemas/rehearsal.ts'

/** Stands for whoever leads when a fault begins. */
export const LEADER = 'leader'

/** Something to be done to nodes. Times are virtual, in milliseconds from the start. */
export interface Fault {
  readonly kind: FaultKind
  /** Names of nodes, or `LEADER`. */
  readonly targets: readonly string[]
  readonly fromMs: number
  /** Null where it lasts. */
  readonly untilMs: number | null
}

/** Everything that a rehearsal depends on: the same options give the same `Rehearsal`. */
export interface RehearsalOptions {
  readonly nodes: readonly { readonly name: string; readonly memoryMb: number }[]
  readonly services: readonly ServiceSpec[]
  /** Who is asked to deploy the services, and when. */
  readonly deploy: { readonly node: string; readonly atMs: number }
  readonly faults: readonly Fault[]
  readonly forMs: number
  readonly seed: number
  /** Until an image that a node does not have is there. */
  readonly pullMs: number
  /** From the image to the running container. */
  readonly startMs: number
}

/** The face of `node/simulation/rehearsal`. */
export interface RehearsalModule {
  rehearse(options: RehearsalOptions): Promise<Rehearsal>
}
