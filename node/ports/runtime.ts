/**
 * What runs tasks on this machine: Docker, or plain processes. One compliance suite holds every runtime to this.
 *
 * A runtime finds its own tasks again after a restart of the daemon, by the mesh and node that started them, and
 * tells truly which of them are gone; it touches nothing else on the machine. Containers run on while the
 * daemon is away, processes end with it.
 */
import type { TaskId } from '../../protocols/decisions/index.ts'
import type { ServiceSpec } from '../../protocols/spec/index.ts'
import type { BoundPort, Health, Pull, RuntimeKind } from '../../protocols/tasks/index.ts'
import type { KillHandle } from './watchdog.ts'

export interface TaskStart {
  readonly task: TaskId
  /** Fencing token of the assignment; also in the environment as `COTERIE_FENCING_TOKEN`. */
  readonly token: number
  readonly spec: ServiceSpec
  /**
   * Called once, when what the task needs is here and only the program is to begin: it begins once this has resolved.
   * Where it rejects nothing begins, and the start fails with that.
   */
  onPrepared(): void | Promise<void>
  /** Told now and then while something large is fetched that the task needs. */
  onPull?(pull: Pull): void
}

export type ObservedTask =
  | {
      readonly state: 'running'
      readonly task: TaskId
      readonly token: number
      readonly ports: readonly BoundPort[]
      /** Wall clock. */
      readonly startedAtMs: number
      /** Absent where nothing checks it. */
      readonly health?: Health
    }
  | {
      readonly state: 'exited'
      readonly task: TaskId
      readonly token: number
      /** Null where a signal ended it, or nobody saw the end. */
      readonly exitCode: number | null
      readonly signal: string | null
      /** The kernel ended it, or a process of it, for it would have had more memory than its limit. */
      readonly isOutOfMemory?: boolean
    }

export interface LogLine {
  /** Wall clock when the line was written; 0 where the runtime cannot tell. */
  readonly atMs: number
  readonly stream: 'stdout' | 'stderr'
  readonly text: string
}

export interface LogsOptions {
  /** Lines from the end; null for all that is kept. */
  readonly tail: number | null
  /** True: goes on with new lines until the task ends or `signal` aborts. */
  readonly follow: boolean
  /** Ends the lines without an error. */
  readonly signal: AbortSignal
}

export interface Runtime {
  readonly kind: RuntimeKind
  /** Null when it can run tasks; else why not, as a sentence. */
  probe(): Promise<string | null>
  /** All tasks of this node that the machine knows, running or exited. @throws `engineUnreachable` */
  list(): Promise<readonly ObservedTask[]>
  /**
   * Starts a task, or starts it again in place after it exited, with its logs and files kept. One that runs
   * already under that id is left alone. What failed to start leaves nothing running.
   * @throws `imageUnavailable`, `imageArchitectureWrong`, `registryRefused`, `registryUnreachable`,
   * `commandNotFound`, `portInUse`, `startFailed`, `engineUnreachable`
   */
  start(start: TaskStart, signal: AbortSignal): Promise<void>
  /**
   * Asks it to stop, kills it after `graceMs`, resolves when it is gone. What is not there is gone. Null: after what its spec said
   * when it was started, else after 10 s.
   */
  stop(task: TaskId, graceMs: number | null): Promise<void>
  /** Forgets a task that exited, with its logs and files. What is not there is forgotten. */
  remove(task: TaskId): Promise<void>
  /**
   * How a task's processes are found on this machine without this runtime, for the watchdog. Answers within `onPrepared` too, where
   * it may be foretold: what it says once the task runs is exact.
   * @throws `killHandleUnknown` where there is none, or its processes are not seen here, `engineUnreachable`
   */
  killHandle(task: TaskId): Promise<KillHandle>
  /** Back-pressure: nothing is read ahead of the consumer. @throws `taskUnknown`, `engineUnreachable` */
  logs(task: TaskId, options: LogsOptions): AsyncIterable<LogLine>
  /** Called when something of ours may have changed; the listener lists again. Returns the end of the subscription. */
  onChange(listener: () => void): () => void
  /** Gives back what it holds of this process; processes are asked to end and then killed, containers run on. */
  close(): Promise<void>
}
