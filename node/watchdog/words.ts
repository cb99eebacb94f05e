/**
 * The words between a daemon and its watchdog: one JSON object a line, parsed by hand because the watchdog is to stay small (a
 * schema library would double what it holds). Unknown members are tolerated, so that either side may be the newer one.
 */
import type { TaskId } from '../../protocols/decisions/index.ts'
import type { Guard, KillHandle } from '../ports/watchdog.ts'
import type { Ability } from './killer.ts'

/** How the watchdog is, in each answer. */
export interface WatchdogView extends Ability {
  readonly pid: number
  readonly guarded: number
  /** True of one that a daemon started for want of another: what is started on purpose takes its place. */
  readonly yields: boolean
}

export type Request =
  | { readonly type: 'guard'; readonly guard: Guard }
  | { readonly type: 'release'; readonly task: TaskId }
  /** The daemon heard of this kill. */
  | { readonly type: 'seen'; readonly task: TaskId; readonly token: number }
  | { readonly type: 'look' | 'list' }

export type NumberedRequest = Request & { readonly id: number }

export interface Killed {
  readonly task: TaskId
  readonly token: number
}

/** What is told of a guard. */
export type GuardTerms = Omit<Guard, 'handle'>

export type Reply =
  | { readonly id: number; readonly view: WatchdogView; readonly guards?: readonly GuardTerms[] }
  | { readonly id: number; readonly refused: string }

export type Answer = Reply | { readonly killed: Killed }

const TEXT_LENGTH_MAX = 4_096
const TASK_LENGTH_MAX = 512
const VARIABLES_MAX = 8
/** More than any machine's pids, and a whole number of JSON. */
const NUMBER_MAX = Number.MAX_SAFE_INTEGER

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isText = (value: unknown, lengthMax = TEXT_LENGTH_MAX): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= lengthMax && !value.includes('\0')
const isWhole = (value: unknown, least = 0): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value <= NUMBER_MAX
const isTask = (value: unknown): value is TaskId => isText(value, TASK_LENGTH_MAX)

/** A group that is this number or less is the machine's own. */
const FIRST_LEADER = 2

const readHandle = (value: unknown): KillHandle | null => {
  if (!isRecord(value)) return null
  const { type, path, leader, startTicks, environment = [] } = value
  if (type === 'cgroup') return isText(path) ? { type, path } : null
  if (type !== 'processGroup' || !isWhole(leader, FIRST_LEADER) || !isWhole(startTicks)) return null
  if (!Array.isArray(environment) || environment.length > VARIABLES_MAX) return null
  if (!environment.every((variable) => isText(variable) && /^\w+=./.test(variable))) return null
  // Without its task's name among them they would be those of any process.
  if (environment.length > 0 && !environment.some((variable) => variable.startsWith('COTERIE_TASK=')))
    return null
  return { type, leader, startTicks, environment }
}

const readTerms = (value: unknown): GuardTerms | null => {
  if (!isRecord(value)) return null
  const { task, token, untilBootMs } = value
  return isTask(task) && isWhole(token) && isWhole(untilBootMs) ? { task, token, untilBootMs } : null
}

/** Null where it is none. */
export const readGuard = (value: unknown): Guard | null => {
  const terms = readTerms(value)
  const handle = isRecord(value) ? readHandle(value.handle) : null
  return terms === null || handle === null ? null : { ...terms, handle }
}

const readKilled = (value: unknown): Killed | null => {
  if (!isRecord(value)) return null
  const { task, token } = value
  return isTask(task) && isWhole(token) ? { task, token } : null
}

const parse = (line: string): Readonly<Record<string, unknown>> | null => {
  try {
    const value: unknown = JSON.parse(line)
    return isRecord(value) ? value : null
  } catch {
    return null
  }
}

/** Null for what is no request; whoever sent it is not spoken with any further. */
export const readRequest = (line: string): NumberedRequest | null => {
  const value = parse(line)
  if (value === null || !isWhole(value.id)) return null
  const { id, type } = value
  if (type === 'look' || type === 'list') return { id, type }
  if (type === 'guard') {
    const guard = readGuard(value.guard)
    return guard === null ? null : { id, type, guard }
  }
  if (type === 'release') return isTask(value.task) ? { id, type, task: value.task } : null
  const killed = type === 'seen' ? readKilled(value) : null
  return killed === null ? null : { id, type: 'seen', ...killed }
}

const isReason = (value: unknown): value is string | null => value === null || isText(value)

const readView = (value: unknown): WatchdogView | null => {
  if (!isRecord(value)) return null
  const { pid, guarded, docker, process, means, yields } = value
  const isView = isWhole(pid, 1) && isWhole(guarded) && isReason(docker) && isReason(process) && isText(means)
  return isView ? { pid, guarded, docker, process, means, yields: yields === true } : null
}

/** Null for what is no answer. */
export const readAnswer = (line: string): Answer | null => {
  const value = parse(line)
  if (value === null) return null
  const killed = readKilled(value.killed)
  if (killed !== null) return { killed }
  if (!isWhole(value.id)) return null
  if (isText(value.refused)) return { id: value.id, refused: value.refused }
  const view = readView(value.view)
  if (view === null) return null
  if (!Array.isArray(value.guards)) return { id: value.id, view }
  const guards = value.guards.map(readTerms)
  return guards.every((terms) => terms !== null) ? { id: value.id, view, guards } : null
}

export const writeLine = (words: NumberedRequest | Answer): string => `${JSON.stringify(words)}\n`
