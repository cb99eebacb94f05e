import type { TaskId } from '../../../protocols/decisions/index.ts'
import type { ServiceSpec } from '../../../protocols/spec/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import type { TaskStart } from '../../ports/runtime.ts'
import type { Container } from './container.ts'
import type { EngineRequest } from './requests.ts'
import type { Behaviour, ContainerView } from './types.ts'

/** What a runtime asks of the engine. */
export interface EngineService {
  submit(request: EngineRequest): void
  /** Rises when the daemon ends; who asked under an earlier number is gone. */
  daemonLife(): number
  readonly images: Set<string>
  behaviour(spec: ServiceSpec): Behaviour
  find(node: NodeId, task: TaskId): Container | null
  /** Of one node. */
  containersOf(node: NodeId): readonly Container[]
  create(node: NodeId, start: TaskStart): Container
  /** SIGTERM, after `graceMs` SIGKILL, and `done` when it has ended. */
  stop(container: Container, graceMs: number, done: () => void): void
  remove(node: NodeId, task: TaskId): void
  /** Returns the end of the subscription. */
  onEvent(listener: () => void): () => void
}

/** The engine of one machine, with its containers. It outlives the daemon's lives. */
export interface SimulatedEngine {
  /** For `openSimulatedRuntime`. */
  readonly service: EngineService
  containers(): readonly ContainerView[]
  /** The daemon's process is gone: nobody waits for an answer any more. Containers run on. */
  daemonEnded(): void
  /** The engine stops and refuses connections; containers run on (live restore) or end with it. */
  down(containers: 'runOn' | 'end'): void
  /** The engine takes connections and answers nothing. */
  hang(): void
  /** It is up and answers; after `hang` it goes on with what it was asked, also by who waits no more. */
  up(): void
  /** The kernel kills one (out of memory); nothing happens where it does not run. */
  kill(node: NodeId, task: TaskId): void
  /** Every container ends, and no restart policy brings it back; images stay. The engine is up with the machine. */
  losePower(): void
  /** Something that is no container takes a port of the machine; returns what gives it back. */
  occupy(port: number): () => void
}
