import type { TaskId } from '../../../protocols/decisions/index.ts'
import type { ServiceSpec } from '../../../protocols/spec/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import type { Random } from '../../ports/clock.ts'

/** A line that a program writes, so long after its start or after it was asked to stop. */
export interface TimedLine {
  readonly afterMs: number
  readonly stream: 'stdout' | 'stderr'
  readonly text: string
}

/** How a program ends, so long after its start or after it was asked to stop. */
export interface ProgramEnd {
  readonly afterMs: number
  readonly exitCode: number
}

/** What an image does, from its pull to its end. */
export interface Behaviour {
  /** The first pull on a machine, in milliseconds; null where no registry has the image. */
  readonly pullMs: number | null
  /** Between the request to start and the program's first moment, in milliseconds. */
  readonly startMs: number
  /** With what the engine refuses the start; null where it works. */
  readonly refusal: 'commandNotFound' | 'startFailed' | null
  readonly prints: readonly TimedLine[]
  /** Null: it runs until it is stopped. */
  readonly ends: ProgramEnd | null
  /** What SIGTERM does; null: nothing. */
  readonly onTerm: (ProgramEnd & { readonly prints: readonly TimedLine[] }) | null
}

/** Asked at every start of a container; the environment is the one that the program sees. */
export type BehaviourOf = (spec: ServiceSpec, environment: Readonly<Record<string, string>>) => Behaviour

/** What a checker judges: the moments themselves, not what anybody believes of them. */
export interface ContainerEvent {
  readonly type: 'started' | 'ended'
  /** The node whose daemon asked for the container. */
  readonly node: NodeId
  readonly task: TaskId
  readonly token: number
  /** Of the timeline. */
  readonly atMs: number
}

/** A container as it is, for a checker. */
export interface ContainerView {
  readonly node: NodeId
  readonly task: TaskId
  readonly token: number
  readonly isRunning: boolean
}

export interface SimulatedEngineComponents {
  /** The scheduler of the whole mesh; returns what cancels the task. */
  after(afterMs: number, task: () => void): () => void
  /** The timeline's. */
  nowMs(): number
  /** The machine's wall clock. */
  wallMs(): number
  readonly random: Random
  readonly behaviourOf: BehaviourOf
  onContainer(event: ContainerEvent): void
}
