/**
 * The one place that decides what to do about a task: from what the log wants, what was told last and what the
 * machine shows, to a single action. Pure; the worker acts, looks again and asks again until it says `nothing`.
 */
import type { Assignment, TaskId } from '../../protocols/decisions/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { ServiceSpec } from '../../protocols/spec/index.ts'
import {
  isFinal,
  type Problem,
  type RuntimeKind,
  type TaskState,
  type TaskStatus,
} from '../../protocols/tasks/index.ts'
import type { ObservedTask } from '../ports/runtime.ts'
import { afterEnd, afterLapse, problemOf, type RestartEnv } from './restart.ts'

/** An assignment to this node and what it is to run. */
export interface DesiredTask {
  readonly assignment: Assignment
  /** Null while the revision has not arrived: what runs is kept, nothing is started. */
  readonly spec: ServiceSpec | null
}

/** A task as a runtime shows it. */
export interface SeenTask {
  readonly runtime: RuntimeKind
  readonly observed: ObservedTask
}

/** What this node has obeyed for a slot, as it stands on disk. */
export interface Obeyed {
  readonly task: TaskId
  readonly token: number
  /** Null where it ended before one was chosen. */
  readonly runtime: RuntimeKind | null
  /** Whether it runs under a lease alone; absent for false. */
  readonly exclusive?: boolean
  /** The final status, once it was reached. */
  readonly ended: TaskStatus | null
}

/** Where a task is to run: here; in a runtime that is silent just now; or nowhere on this node. */
export type RuntimeChoice =
  | { readonly type: 'use'; readonly runtime: RuntimeKind }
  | { readonly type: 'silent'; readonly problem: Problem }
  | { readonly type: 'missing'; readonly problem: Problem }

/**
 * How an exclusive task stands with its lease: it has one; it has none; it has none yet in this life of the daemon, and the
 * watchdog keeps the end of the one before; the leader is moving it.
 */
export type LeaseState = 'notNeeded' | 'held' | 'absent' | 'inherited' | 'moving'

export interface AdvanceEnv extends RestartEnv {
  /** The log is followed up to an index that was confirmed as committed after this node's start. */
  readonly caughtUp: boolean
  /** For the slot of the task, whatever task it was. */
  readonly obeyed: Obeyed | null
  /** Null where there is neither a spec nor a runtime that shows the task. */
  readonly choice: RuntimeChoice | null
  /** An earlier task of the same slot is still on this machine. */
  readonly slotTaken: boolean
  readonly lease: LeaseState
  /** The watchdog ended it since it was started. */
  readonly wasKilled: boolean
}

export type Action =
  | { readonly type: 'report'; readonly status: TaskStatus }
  | { readonly type: 'start'; readonly runtime: RuntimeKind; readonly attempt: number }
  | { readonly type: 'stop' }
  /** It must not run now, and may again: ended at once, while its slot stays its own. */
  | { readonly type: 'halt' }
  | { readonly type: 'remove' }
  /** The task is gone from the machine and from the log: its status has no more readers. */
  | { readonly type: 'forget' }
  | { readonly type: 'wait'; readonly forMs: number }
  | { readonly type: 'nothing' }

const NOTHING: Action = { type: 'nothing' }
const STOP: Action = { type: 'stop' }
const HALT: Action = { type: 'halt' }
const report = (status: TaskStatus): Action => ({ type: 'report', status })

const stopped = ({ task, token, attempt, quickEnds, problem }: TaskStatus, wallMs: number): TaskStatus => ({
  task,
  token,
  attempt,
  quickEnds,
  problem,
  sinceMs: wallMs,
  state: 'stopped',
})

/** Nobody desires the task: away with it, once the log is known well enough to say so. */
const leave = (status: TaskStatus | null, seen: SeenTask | null, env: AdvanceEnv): Action => {
  if (seen?.observed.state === 'running' && env.lease === 'absent') return HALT
  if (!env.caughtUp || env.choice?.type === 'silent') return NOTHING
  if (seen?.observed.state === 'running') return STOP
  if (status?.state === 'stopping') return report(stopped(status, env.wallMs))
  if (seen !== null) return { type: 'remove' }
  return status === null ? NOTHING : { type: 'forget' }
}

/** The first status of a task in this life of the daemon. */
const firstStatus = ({ task, token }: Assignment, env: AdvanceEnv): TaskStatus => {
  const { obeyed } = env
  if (obeyed?.task === task && obeyed.ended !== null) return obeyed.ended
  return { task, token, attempt: 0, quickEnds: 0, sinceMs: env.wallMs, problem: null, state: 'assigned' }
}

/** Why the fence of the slot forbids the task; null where it does not. */
const staleness = ({ task, token }: Assignment, { obeyed }: AdvanceEnv): Problem | null =>
  obeyed === null || token >= obeyed.token
    ? null
    : problemOf(new CoterieError('tokenStale', { task, token, obeyed: obeyed.token }))

const rejected = (status: TaskStatus, problem: Problem, env: AdvanceEnv): Action =>
  report({
    task: status.task,
    token: status.token,
    attempt: status.attempt,
    quickEnds: status.quickEnds,
    sinceMs: env.wallMs,
    problem,
    state: 'rejected',
    lastLines: [],
  })

/** It runs: say so, in the attempt that it belongs to. */
const adopt = (
  status: TaskStatus,
  runtime: RuntimeKind,
  observed: Extract<ObservedTask, { state: 'running' }>,
  env: AdvanceEnv,
): Action => {
  const { ports, startedAtMs, health } = observed
  const returned = status.problem?.code === 'engineUnreachable'
  if (status.state === 'running') {
    const same =
      status.startedAtMs === startedAtMs &&
      status.health === health &&
      JSON.stringify(status.ports) === JSON.stringify(ports)
    if (same && !returned) return NOTHING
  }
  return report({
    task: status.task,
    token: status.token,
    attempt: status.state === 'waiting' ? status.attempt + 1 : Math.max(status.attempt, 1),
    quickEnds: status.quickEnds,
    sinceMs: status.state === 'running' ? status.sinceMs : env.wallMs,
    problem: returned ? null : status.problem,
    state: 'running',
    runtime,
    ports: [...ports],
    startedAtMs,
    ...(health !== undefined && { health }),
  })
}

const BEGUN: ReadonlySet<TaskState> = new Set(['preparing', 'starting', 'running'])

/**
 * It ends for good, so that its slot is another's at once. An engine may still carry out a start that was given up, so what it would start
 * goes first.
 */
const yieldUp = (status: TaskStatus, seen: SeenTask | null, env: AdvanceEnv): Action =>
  seen === null ? report(stopped(status, env.wallMs)) : { type: 'remove' }

/** What the lease of an exclusive task forbids or asks for, whatever else holds; null where it says nothing. */
const heedLease = (status: TaskStatus, seen: SeenTask | null, env: AdvanceEnv): Action | null => {
  const running = seen?.observed.state === 'running'
  if (env.lease === 'moving') return running ? STOP : yieldUp(status, seen, env)
  if (running) {
    if (env.lease === 'absent') return HALT
    return env.lease === 'inherited' ? NOTHING : null
  }
  const lapsed = env.lease === 'absent' || env.lease === 'inherited' || env.wasKilled
  return lapsed && BEGUN.has(status.state) ? report(afterLapse(status, env.wallMs)) : null
}

const mayRun = ({ lease }: AdvanceEnv): boolean => lease === 'notNeeded' || lease === 'held'

/** It could be started but for its lease. */
const awaitLease = (status: TaskStatus): Action => {
  const problem = problemOf(new CoterieError('leaseMissing', { task: status.task }))
  return status.problem?.code === problem.code ? NOTHING : report({ ...status, problem })
}

/** Nothing of it is on the machine yet: start it, where every condition holds. */
const begin = (status: TaskStatus, env: AdvanceEnv): Action => {
  const begunBefore = env.obeyed?.task === status.task
  if (env.slotTaken || !(env.caughtUp || begunBefore) || env.choice === null) return NOTHING
  if (env.choice.type !== 'use') return rejected(status, env.choice.problem, env)
  return mayRun(env) ? { type: 'start', runtime: env.choice.runtime, attempt: 1 } : awaitLease(status)
}

/** It does not run: what follows from the state in which that is seen. */
const proceed = (status: TaskStatus, seen: SeenTask | null, spec: ServiceSpec, env: AdvanceEnv): Action => {
  if (status.state === 'waiting') {
    const leftMs = status.delayMs - env.inStateMs
    if (leftMs > 0) return { type: 'wait', forMs: leftMs }
    return env.choice?.type === 'use' && mayRun(env)
      ? { type: 'start', runtime: env.choice.runtime, attempt: status.attempt + 1 }
      : NOTHING
  }
  if (status.state === 'assigned' && seen === null) return begin(status, env)
  const end = seen?.observed.state === 'exited' ? seen.observed : { exitCode: null, signal: null }
  return report(afterEnd(status, { ...end, type: 'exited' }, spec, env))
}

/**
 * The next thing to do about one task. What it says holds for this moment only; act, then ask again.
 *
 * Guarantees: nothing is started under a token below the highest one obeyed for the slot, nor before `caughtUp`
 * unless it was begun under this very token; nothing is stopped before `caughtUp` but a task that is
 * refused or finished, or an exclusive one without a lease; such a one is started under its lease alone; each reported status
 * is forward of `status`.
 */
export const advance = (
  desired: DesiredTask | null,
  status: TaskStatus | null,
  seen: SeenTask | null,
  env: AdvanceEnv,
): Action => {
  if (desired === null) return leave(status, seen, env)
  if (status === null) return report(firstStatus(desired.assignment, env))
  const running = seen?.observed.state === 'running'
  if (env.choice?.type === 'silent') {
    const told = status.problem?.code === env.choice.problem.code
    return told || isFinal(status) ? NOTHING : report({ ...status, problem: env.choice.problem })
  }
  if (isFinal(status)) return running ? STOP : NOTHING
  const stale = staleness(desired.assignment, env)
  if (stale !== null) return rejected(status, stale, env)
  if (status.state === 'stopping') return running ? STOP : report(stopped(status, env.wallMs))
  const heeded = env.lease === 'notNeeded' ? null : heedLease(status, seen, env)
  if (heeded !== null) return heeded
  if (seen?.observed.state === 'running') return adopt(status, seen.runtime, seen.observed, env)
  return desired.spec === null ? NOTHING : proceed(status, seen, desired.spec, env)
}
