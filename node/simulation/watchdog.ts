/**
 * The watchdog of one machine, as a model: a process beside the daemon, with the clock of the machine. It outlives the daemon's lives
 * and pauses, sleeps with the machine, ends with its power, and kills whatever its guards no longer cover, however late that appears.
 */
import type { TaskId } from '../../protocols/decisions/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Random } from '../ports/clock.ts'
import type { Guard, Watchdog } from '../ports/watchdog.ts'
import type { MachineClock } from './clock.ts'
import { createGate, type Gate } from './gate.ts'
import { between, type Range } from './random.ts'

/** From a request to its answer, in milliseconds. */
const ANSWER_MS = 1
/** As `node/watchdog` has it: the daemon gives it up after this. */
const ANSWER_MS_MAX = 2_000
/** From a deadline until nothing of the task runs: most of what leases reckon with. */
const KILL_DELAY_MS: Range = [1, 1_900]
/** Until it sees what appears under a guard that lapsed. */
const LOOK_MS: Range = [0.1, 100]

export interface SimulatedWatchdog {
  /** For one life of the daemon. */
  open(life: Gate): Watchdog
  /** A container began. */
  began(node: NodeId, task: TaskId): void
  /** It does nothing until `resume`, as by SIGSTOP. */
  pause(): void
  resume(): void
  sleep(): void
  wake(): void
  /** What it knew is gone; it is there again with the machine. */
  losePower(): void
}

export interface SimulatedWatchdogComponents {
  readonly clock: MachineClock
  readonly random: Random
  after(afterMs: number, task: () => void): () => void
  kill(node: NodeId, task: TaskId): void
}

export const createSimulatedWatchdog = (
  { clock, random, after, kill }: SimulatedWatchdogComponents,
  node: NodeId,
): SimulatedWatchdog => {
  const rethrow = (error: Error): never => {
    throw error
  }
  let guards = new Map<TaskId, Guard>()
  let gate = createGate(rethrow)
  let own = clock.clockOf(gate)
  const listeners = new Set<(task: TaskId, token: number) => void>()

  const hasLapsed = ({ untilBootMs }: Guard): boolean => own.nowMs() >= untilBootMs

  const killIfLapsed = (task: TaskId): void => {
    const guard = guards.get(task)
    if (guard === undefined || !hasLapsed(guard)) return
    kill(node, task)
    for (const listener of listeners) listener(task, guard.token)
  }

  const watch = (guard: Guard): void => {
    own.after(Math.max(0, guard.untilBootMs - own.nowMs()) + between(random, KILL_DELAY_MS), () => {
      if (guards.get(guard.task) === guard) killIfLapsed(guard.task)
    })
  }

  /** Asks the watchdog: carried out by it, and answered to that life, where both still do anything. */
  const ask = <Answer>(life: Gate, carryOut: () => Answer): Promise<Answer> =>
    new Promise((resolve, reject) => {
      let isOver = false
      const finish = (tell: () => void): void =>
        life.enter(() => {
          if (isOver) return
          isOver = true
          tell()
        })
      const asked = gate
      after(ANSWER_MS, () =>
        asked.enter(() => {
          const answer = carryOut()
          finish(() => resolve(answer))
        }),
      )
      after(ANSWER_MS_MAX, () =>
        finish(() => reject(new CoterieError('watchdogSilent', { detail: 'it stands still' }))),
      )
    })

  return {
    open: (life) => ({
      probe: () => ask(life, () => null),
      guard: (guard) =>
        ask(life, () => {
          guards.set(guard.task, guard)
          watch(guard)
        }),
      guarded: () => ask(life, () => [...guards.values()]),
      release: (task) => ask(life, () => void guards.delete(task)),
      onKilled: (listener) => {
        const told = (task: TaskId, token: number): void => life.enter(() => listener(task, token))
        listeners.add(told)
        return () => void listeners.delete(told)
      },
      close: async () => {},
    }),
    began: (_node, task) => {
      const guard = guards.get(task)
      if (guard !== undefined && hasLapsed(guard))
        own.after(between(random, LOOK_MS), () => killIfLapsed(task))
    },
    pause: () => gate.pause(),
    resume: () => gate.resume(),
    sleep: () => gate.sleep(),
    wake: () => {
      gate.wake()
      // It looks many times a second; the timers of before are late by as much as it slept, for what lapsed meanwhile and for what lapses yet.
      for (const guard of guards.values()) watch(guard)
    },
    losePower: () => {
      gate.close()
      gate = createGate(rethrow)
      own = clock.clockOf(gate)
      guards = new Map()
      listeners.clear()
    },
  }
}
