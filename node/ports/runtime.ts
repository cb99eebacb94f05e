/**
 * What runs tasks on this machine: Docker, or plain processes. One compliance suite holds every runtime to this.
 *
 * A runtime keeps what it started across a restart of the daemon or tells truly that it is gone; it finds its
 * own tasks again by the mesh and node that started them, and touches nothing else on the machine.
 */
import type { TaskId } from '../../protocols/decisions/index.ts'
import type { ServiceSpec } from '../../protocols/spec/index.ts'

export interface TaskStart {
  readonly task: TaskId
  /** Fencing token of the assignment; also in the environment as `COTERIE_FENCING_TOKEN`. */
  readonly token: number
  readonly spec: ServiceSpec
}

/** Where a published port of a running task is found on this machine. */
export interface BoundPort {
  readonly target: number
  readonly host: string
  readonly port: number
  readonly protocol: 'tcp' | 'udp'
}

export type ObservedTask =
  | {
      readonly state: 'running'
      readonly task: TaskId
      readonly token: number
      readonly ports: readonly BoundPort[]
      readonly startedAtMs: number
    }
  | {
      readonly state: 'exited'
      readonly task: TaskId
      readonly token: number
      readonly exitCode: number | null
      readonly signal: string | null
    }

export interface LogLine {
  readonly atMs: number
  readonly stream: 'stdout' | 'stderr'
  readonly text: string
}

export interface LogsOptions {
  /** Lines from the end; null for all that is kept. */
  readonly tail: number | null
  readonly follow: boolean
  readonly signal: AbortSignal
}

export interface Runtime {
  readonly kind: 'docker' | 'process'
  /** Null when it can run tasks; else why not, as a sentence. */
  probe(): Promise<string | null>
  /** All tasks of this mesh and node that the machine knows, running or exited. */
  list(): Promise<readonly ObservedTask[]>
  /** Starts a task; one that runs already under that id is left alone. Coded errors: image missing, command not found, port taken, engine gone. */
  start(start: TaskStart, signal: AbortSignal): Promise<void>
  /** Asks it to stop, kills it after `graceMs`, resolves when it is gone. What is not there is gone. */
  stop(task: TaskId, graceMs: number): Promise<void>
  /** Forgets an exited task with its logs and files. */
  remove(task: TaskId): Promise<void>
  logs(task: TaskId, options: LogsOptions): AsyncIterable<LogLine>
  /** Called when something of ours may have changed; the listener lists again. Returns the end of the subscription. */
  onChange(listener: () => void): () => void
}
