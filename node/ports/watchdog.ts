/**
 * The process beside the daemon that ends exclusive work when its lease lapses, also when the daemon is stopped,
 * hung or gone. It never asks the container engine, which may hang: it kills what the machine itself shows.
 */
import type { TaskId } from '../../protocols/decisions/index.ts'
import type { RuntimeKind } from '../../protocols/tasks/index.ts'

/** How a task's processes are found on the machine itself, without the engine. */
export type KillHandle =
  /**
   * A control group that holds all of them and nothing else, as a line of `/proc/PID/cgroup` tells it without its number:
   * `:/docker/ID` by version 2, `freezer:/docker/ID` by version 1.
   */
  | { readonly type: 'cgroup'; readonly path: string }
  /** A process group whose leader started at that tick, so that a number used again is not mistaken for it. */
  | {
      readonly type: 'processGroup'
      readonly leader: number
      readonly startTicks: number
      /** Variables (`NAME=value`) that all of them inherited, by which those are found that left the group. */
      readonly environment?: readonly string[]
    }

export interface Guard {
  readonly task: TaskId
  readonly token: number
  readonly handle: KillHandle
  /** By the boot clock (`/proc/uptime`, in milliseconds), which counts suspend and is one for all processes. */
  readonly untilBootMs: number
}

export interface Watchdog {
  /**
   * Null where it answers and can kill here what that runtime runs (without a kind: what any runtime runs); else why
   * not, as a sentence without its full stop.
   */
  probe(kind?: RuntimeKind): Promise<string | null>
  /**
   * Guards a task, or moves its deadline: from `untilBootMs` on it is killed unless a later call moved that again.
   * Resolves once the watchdog has taken it; a lease that is not guarded is not renewed.
   * @throws `watchdogSilent`, `watchdogRefused` where it could not kill this task
   */
  guard(guard: Guard): Promise<void>
  /** The task ended or was stopped. What is not guarded is released. @throws `watchdogSilent` */
  release(task: TaskId): Promise<void>
  /** What it guards now, whichever life of the daemon asked for it. @throws `watchdogSilent` */
  guarded(): Promise<readonly Omit<Guard, 'handle'>[]>
  /** Called with each task that it killed, those before this start of the daemon included. Returns the end of the subscription. */
  onKilled(listener: (task: TaskId, token: number) => void): () => void
  /** Leaves what is guarded as it is: the watchdog outlives this process. */
  close(): Promise<void>
}
