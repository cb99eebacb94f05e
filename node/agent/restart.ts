/**
 * What follows the end of an attempt: another one after a delay, or the end of the task. Pure.
 *
 * Delays have full jitter, so that tasks which fell together do not rise together. Source: AWS Architecture Blog,
 * "Exponential Backoff And Jitter" (2015).
 */
import { CoterieError, errorBody } from '../../protocols/errors/index.ts'
import type { ServiceSpec } from '../../protocols/spec/index.ts'
import { PROBLEM_LENGTH_MAX, type Problem, type TaskStatus } from '../../protocols/tasks/index.ts'
import type { ObservedTask } from '../ports/runtime.ts'

/** Most that the first restart waits: short beside what a person notices. */
export const RESTART_DELAY_BASE_MS = 500
/** Most that any restart waits: a cure from outside is noticed within half a minute. */
export const RESTART_DELAY_MAX_MS = 30_000
/** An attempt that ran this long was well; Docker counts the same. */
export const STABLE_AFTER_MS = 10_000
/** Quick ends in a row before the leader is asked for another place: about half a minute of trying. */
export const QUICK_ENDS_MAX = 8

/** Quick ends in a row from which on people are told of a crash loop, and not of its last end alone. */
const CRASH_LOOP_ENDS = 3

/** Trying again on this node cannot cure these. */
const HOPELESS = new Set([
  'imageUnavailable',
  'imageArchitectureWrong',
  'registryRefused',
  'registryUnreachable',
  'commandNotFound',
  'runtimeMissing',
  'tokenStale',
  'beyondNotAllowed',
  'volumeMissing',
  'engineTooOld',
])
/** What shells and container inits exit with when there is no such command, or none that may be run. */
const COMMAND_EXIT_CODES = new Set([126, 127])

type ExitedTask = Extract<ObservedTask, { state: 'exited' }>

/** How an attempt ended: the program did, or it never began. */
export type AttemptEnd =
  | ({ readonly type: 'exited' } & Pick<ExitedTask, 'exitCode' | 'signal' | 'isOutOfMemory'>)
  | { readonly type: 'refused'; readonly problem: Problem }

export interface RestartEnv {
  readonly wallMs: number
  /** Since the present state was entered. */
  readonly inStateMs: number
  /** A number in [0, 1). */
  readonly random: number
}

/** The form in which an error is told with a task: one sentence each, cut to what a register holds. */
export const problemOf = (error: unknown): Problem => {
  const { code, message, next } = errorBody(error)
  return { code, message: message.slice(0, PROBLEM_LENGTH_MAX), next: next.slice(0, PROBLEM_LENGTH_MAX) }
}

const exitProblem = (
  task: string,
  end: Extract<AttemptEnd, { type: 'exited' }>,
  spec: ServiceSpec,
  quickEnds: number,
): Problem => {
  const { exitCode, signal, isOutOfMemory = false } = end
  if (isOutOfMemory && exitCode !== 0) {
    const limitMb = spec.resources?.limit?.memoryMb ?? null
    return problemOf(new CoterieError('taskOutOfMemory', { task, limitMb }))
  }
  if (exitCode === null || !COMMAND_EXIT_CODES.has(exitCode)) {
    const ends = { task, ends: quickEnds, endsMax: QUICK_ENDS_MAX, exitCode }
    return quickEnds < CRASH_LOOP_ENDS
      ? problemOf(new CoterieError('taskEnded', { task, exitCode, signal }))
      : problemOf(new CoterieError('taskCrashLooping', ends))
  }
  const command = (spec.command ?? spec.process?.command)?.[0] ?? `of ${spec.image}`
  return problemOf(new CoterieError('commandNotFound', { command, detail: `it ended with code ${exitCode}` }))
}

/** Whether the policy wants another attempt; a start that was refused is always tried again. */
const wantsAnother = (end: AttemptEnd, spec: ServiceSpec): boolean => {
  if (end.type === 'refused') return true
  if (spec.restart === 'no') return false
  return spec.restart !== 'on-failure' || end.exitCode !== 0
}

const exitCodeOf = (end: AttemptEnd): { readonly exitCode?: number } =>
  end.type === 'exited' && end.exitCode !== null ? { exitCode: end.exitCode } : {}

/** The status of an exclusive task that ran or was to run when its lease lapsed: not the program ended it, so it waits, whatever the policy. */
export const afterLapse = ({ task, token, attempt, quickEnds }: TaskStatus, wallMs: number): TaskStatus => {
  const problem = problemOf(new CoterieError('leaseLapsed', { task }))
  return { task, token, attempt, quickEnds, sinceMs: wallMs, problem, state: 'waiting', delayMs: 0 }
}

/** The status after `status.attempt` ended: `waiting` for the next one, or a final state. */
export const afterEnd = (
  status: TaskStatus,
  end: AttemptEnd,
  spec: ServiceSpec,
  env: RestartEnv,
): TaskStatus => {
  const lasted = status.state === 'running' && env.inStateMs >= STABLE_AFTER_MS
  const clean = end.type === 'exited' && end.exitCode === 0
  const quickEnds = lasted ? 1 : status.quickEnds + 1
  const told = {
    task: status.task,
    token: status.token,
    attempt: Math.max(status.attempt, 1),
    quickEnds,
    sinceMs: env.wallMs,
    problem: end.type === 'refused' ? end.problem : exitProblem(status.task, end, spec, quickEnds),
  }
  if (end.type === 'refused' && HOPELESS.has(end.problem.code))
    return { ...told, state: 'rejected', lastLines: [] }
  if (!wantsAnother(end, spec))
    return clean
      ? { ...told, state: 'completed', problem: null }
      : { ...told, state: 'failed', lastLines: [], ...exitCodeOf(end) }
  if (told.quickEnds >= QUICK_ENDS_MAX) return { ...told, state: 'failed', lastLines: [], ...exitCodeOf(end) }
  const ceilingMs = Math.min(RESTART_DELAY_MAX_MS, RESTART_DELAY_BASE_MS * 2 ** (told.quickEnds - 1))
  return { ...told, state: 'waiting', delayMs: Math.floor(env.random * ceilingMs) }
}
