/**
 * Carries out what `advance` says for one task, one action at a time. A hint that comes meanwhile makes it ask
 * again; a start is aborted when the task is no longer desired.
 */
import type { TaskId } from '../../protocols/decisions/index.ts'
import { isCoterieError } from '../../protocols/errors/index.ts'
import type { WantedLease } from '../../protocols/leases/index.ts'
import { isFinal, type Pull, type RuntimeKind, type TaskStatus } from '../../protocols/tasks/index.ts'
import type { Clock, Random } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Runtime } from '../ports/runtime.ts'
import {
  type Action,
  type AdvanceEnv,
  advance,
  type DesiredTask,
  type LeaseState,
  type Obeyed,
  type RuntimeChoice,
} from './advance.ts'
import { chooseRuntime, type Presence, stayWith } from './choose-runtime.ts'
import type { Guarding } from './guarding.ts'
import { lastLinesOf } from './last-lines.ts'
import type { Machine } from './machine.ts'
import type { ObeyedSlots } from './obeyed.ts'
import { afterEnd, afterLapse, problemOf } from './restart.ts'

/** Between being asked to stop and being killed where a lease lapses: the watchdog kills half a second later. */
const HALT_GRACE_MS = 1_000
/** After an act that failed for a reason that nobody foresaw. */
const RETRY_MS = 5_000

export interface TaskWorkerComponents {
  readonly machine: Machine
  readonly obeyed: ObeyedSlots
  readonly leases: { untilMs(task: TaskId): number | null; isMoving(task: TaskId): boolean }
  readonly guarding: Guarding
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  caughtUp(): boolean
  slotTaken(task: TaskId): boolean
  onStatus(task: TaskId, status: TaskStatus | null): void
}

export interface TaskWorker {
  readonly task: TaskId
  desired(): DesiredTask | null
  status(): TaskStatus | null
  setDesired(desired: DesiredTask | null): void
  /** Null unless it is exclusive, given to this node and not ended. */
  wantedLease(): WantedLease | null
  /** Its lease may have come, lapsed or gone. */
  heedLease(): void
  /** Something may have changed. */
  wake(): void
  /** Aborts what can be, and resolves when nothing is under way. */
  stop(): Promise<void>
}

/** A worker at rest; it begins at the first `wake`. */
export const createTaskWorker = (task: TaskId, components: TaskWorkerComponents): TaskWorker => {
  const { machine, obeyed, leases, guarding, clock, random, logger } = components
  let desired: DesiredTask | null = null
  let status: TaskStatus | null = null
  let enteredAtMs = clock.nowMs()
  let starting: AbortController | null = null
  /** A start was given up, or its answer was lost: the engine may carry it out yet, whatever it shows. */
  let mayYetBegin = false
  let current: Promise<void> | null = null
  /** A hint came that was not asked about yet. */
  let again = false
  /** An act failed a moment ago: hints do not make it try again at once. */
  let held = false
  let stopped = false
  let cancelTimer = (): void => {}

  const choose = (kept: Obeyed | null): RuntimeChoice | null => {
    const begun = machine.seen(task)?.runtime ?? (kept?.task === task ? kept.runtime : null)
    if (begun !== null && machine.presence(begun).type !== 'none')
      return stayWith(begun, machine.presence(begun))
    const spec = desired?.spec ?? null
    return spec === null ? null : chooseRuntime(spec, presence)
  }

  /** Of two runtimes an exclusive task takes the one where it can be killed. */
  const presence = (kind: RuntimeKind): Presence => {
    const kinds = guarding.kinds()
    const isOut = isExclusive() && kinds.length > 0 && !kinds.includes(kind)
    return isOut ? { type: 'none' } : machine.presence(kind)
  }

  const isExclusive = (): boolean => (desired?.spec ?? obeyed.ofTask(task))?.exclusive ?? false

  const leaseState = (): LeaseState => {
    if (!isExclusive()) return 'notNeeded'
    if (leases.isMoving(task)) return 'moving'
    if (leases.untilMs(task) !== null) return 'held'
    return guarding.isInherited(task) ? 'inherited' : 'absent'
  }

  const wantedLease = (): WantedLease | null => {
    if (desired === null || status === null || isFinal(status) || !components.caughtUp() || !isExclusive())
      return null
    const choice = choose(obeyed.ofTask(task))
    const kind = machine.seen(task)?.runtime ?? (choice?.type === 'use' ? choice.runtime : null)
    const mayAsk = kind !== null && guarding.kinds().includes(kind)
    return { task, token: desired.assignment.token, mayAsk }
  }

  const env = (): AdvanceEnv => {
    const kept = desired === null ? null : obeyed.of(desired.assignment)
    return {
      wallMs: clock.wallMs(),
      inStateMs: clock.nowMs() - enteredAtMs,
      random: random(),
      caughtUp: components.caughtUp(),
      obeyed: kept,
      choice: choose(kept),
      slotTaken: components.slotTaken(task),
      lease: leaseState(),
      wasKilled: guarding.wasKilled(task),
    }
  }

  const enter = (next: TaskStatus | null): void => {
    if (next?.state !== status?.state || next?.attempt !== status?.attempt) enteredAtMs = clock.nowMs()
    status = next
    if (next !== null && (next.state === 'waiting' || isFinal(next)) && isExclusive())
      guarding.attemptEnded(task, machine.seen(task)?.observed.state === 'exited' && !mayYetBegin)
    components.onStatus(task, next)
  }

  const report = async (next: TaskStatus): Promise<void> => {
    const runtime = machine.seen(task)?.runtime
    const told =
      (next.state === 'failed' || next.state === 'rejected') && runtime !== undefined
        ? { ...next, lastLines: await lastLinesOf(machine.runtime(runtime), task, clock) }
        : next
    if (desired !== null && isFinal(told)) await obeyed.end(desired.assignment, told)
    enter(told)
  }

  const start = async (runtime: RuntimeKind, attempt: number): Promise<void> => {
    if (desired === null || desired.spec === null || status === null) return
    const { assignment, spec } = desired
    const { token } = assignment
    const problem = status.problem?.code === 'leaseMissing' ? null : status.problem
    const told = { task, token, attempt, quickEnds: status.quickEnds, problem, runtime }
    const exclusive = isExclusive()
    starting = new AbortController()
    enter({ ...told, state: 'preparing', sinceMs: clock.wallMs() })
    const kept = obeyed.of(assignment)
    if (kept?.task !== task)
      await obeyed.obey(assignment, { task, token, runtime, ended: null, ...(exclusive && { exclusive }) })
    const on = machine.runtime(runtime)
    try {
      const onPrepared = async () => {
        enter({ ...told, state: 'starting', sinceMs: clock.wallMs() })
        if (exclusive) await guarding.beforeStart(task, token, on)
      }
      const onPull = (pull: Pull) => {
        if (status?.state === 'preparing') enter({ ...status, pull })
      }
      await on.start({ task, token, spec, onPrepared, onPull }, starting.signal)
      mayYetBegin = false
      if (exclusive) await guarding.afterStart(task, token, on).catch((error) => giveUp(on, error))
    } catch (error) {
      mayYetBegin = starting.signal.aborted || isCoterieError(error, 'engineUnreachable')
      if (starting.signal.aborted) return
      logger.warn({ task, attempt, error }, 'the task could not be started')
      if (isCoterieError(error, 'leaseLapsed')) await report(afterLapse(status, clock.wallMs()))
      else if (!isCoterieError(error, 'engineUnreachable'))
        await report(afterEnd(status, { type: 'refused', problem: problemOf(error) }, spec, env()))
    } finally {
      starting = null
      await machine.look(runtime)
    }
  }

  /** It runs, and the watchdog does not have it. */
  const giveUp = async (on: Runtime, error: unknown): Promise<void> => {
    logger.warn({ task, error }, 'an exclusive task is stopped: the watchdog does not guard it')
    await on.stop(task, 0)
  }

  /** Acts on the runtime that shows the task, then looks. */
  const act = async (what: 'stop' | 'halt' | 'remove'): Promise<void> => {
    const seen = machine.seen(task)
    if (seen === null) return
    if (what === 'stop' && status !== null && !isFinal(status)) {
      const { token, attempt, quickEnds, problem } = status
      enter({ task, token, attempt, quickEnds, problem, sinceMs: clock.wallMs(), state: 'stopping' })
    }
    const runtime = machine.runtime(seen.runtime)
    try {
      if (what === 'remove') await runtime.remove(task)
      else await runtime.stop(task, what === 'halt' ? HALT_GRACE_MS : null)
      if (what === 'remove' && isExclusive()) await guarding.release(task)
    } finally {
      await machine.look(seen.runtime)
    }
  }

  /** True where there is more to ask. */
  const perform = async (action: Action): Promise<boolean> => {
    switch (action.type) {
      case 'nothing':
        return false
      case 'wait':
        cancelTimer = clock.after(action.forMs, wake)
        return false
      case 'report':
        await report(action.status)
        return true
      case 'start':
        await start(action.runtime, action.attempt)
        return true
      case 'forget':
        enter(null)
        return false
      default:
        await act(action.type)
        return true
    }
  }

  const run = async (): Promise<void> => {
    try {
      for (let more = true; !stopped && (more || again); ) {
        again = false
        cancelTimer()
        more = await perform(advance(desired, status, machine.seen(task), env()))
      }
    } catch (error) {
      logger.error({ task, error }, 'an act on a task failed; it is tried again')
      held = true
      cancelTimer = clock.after(RETRY_MS, () => {
        held = false
        wake()
      })
    }
  }

  const wake = (): void => {
    again = true
    if (current !== null || stopped || held) return
    current = run().finally(() => {
      current = null
      if (again) wake()
    })
  }

  return {
    task,
    desired: () => desired,
    status: () => status,
    setDesired: (next) => {
      desired = next
      if (next === null) starting?.abort()
    },
    wantedLease,
    heedLease: () => {
      const lease = leaseState()
      // What is only prepared so far may go on: its lease is looked at again before it begins.
      if (lease === 'moving' || (lease === 'absent' && status?.state === 'starting')) starting?.abort()
      wake()
    },
    wake,
    stop: async () => {
      stopped = true
      cancelTimer()
      starting?.abort()
      await current
    },
  }
}
