/**
 * The side of a node that runs exclusive tasks: when to ask, and how long what was granted lasts.
 *
 * A lease counts from the moment before its request was sent, and only once the watchdog has its end. Whatever is
 * lost, late or repeated makes a lease shorter, never longer.
 */
import type { TaskId } from '../decisions/index.ts'
import { LEASE_MS, RENEW_MS, RETRY_MS, STOP_MS, TASKS_PER_ASK_MAX } from './limits.ts'
import type { LeaseAnswer, LeasedTask } from './messages.ts'

/** An exclusive task that this node was given and has not ended. */
export interface WantedLease extends LeasedTask {
  /** False where it could not be killed here: then its lease is not renewed. */
  readonly mayAsk: boolean
}

interface Held extends WantedLease {
  /** When the lease ends; null where there is none. */
  readonly untilMs: number | null
  /** When to ask next. */
  readonly askMs: number
  /** The leader is moving the task: it ends here for good. */
  readonly moving: boolean
}

export interface Holding {
  readonly tasks: ReadonlyMap<TaskId, Held>
  /** When the requests were sent whose answers may still be of use. */
  readonly sentMs: ReadonlyMap<number, number>
  readonly nextRequest: number
  /** Requests in a row without an answer: says by which way to ask. */
  readonly unanswered: number
}

export type HoldingEvent =
  /** All of them, each time. */
  | { readonly type: 'wanted'; readonly tasks: readonly WantedLease[] }
  | { readonly type: 'answered'; readonly answer: LeaseAnswer }
  /** The watchdog has taken what a `guard` effect asked for. */
  | { readonly type: 'guarded'; readonly guard: LeaseGuard }
  /** It is time to look at the clock; more often does no harm. */
  | { readonly type: 'timer' }

/** The task must not run after `untilMs` unless the watchdog hears of a later time. */
export interface LeaseGuard extends LeasedTask {
  readonly untilMs: number
}

/** In this order; a `guard` that fails is no renewal, and nothing else rests on it. */
export interface HoldingEffects {
  readonly guard: readonly LeaseGuard[]
  readonly ask: readonly {
    readonly request: number
    readonly tasks: readonly LeasedTask[]
    /** 0 for the usual way; rises with each request that nobody answered. */
    readonly attempt: number
  }[]
  /** In place of the one before: when to look at the clock; null for never. */
  readonly schedule: { readonly afterMs: number } | null
  /** Tasks that have a lease now and had none, or the other way round, or are being moved. */
  readonly notify: readonly TaskId[]
}

/** `firstRequest`: a whole number of chance below 2^48, so that no answer to an earlier life is taken for one to this. */
export const createHolding = (firstRequest: number): Holding => ({
  tasks: new Map(),
  sentMs: new Map(),
  nextRequest: firstRequest,
  unanswered: 0,
})

const isFresh = (untilMs: number | null, nowMs: number): untilMs is number =>
  untilMs !== null && nowMs < untilMs - STOP_MS

/** When the lease of a task ends; null where there is none, or where it is about to end. */
export const leaseUntilMs = ({ tasks }: Holding, task: TaskId, nowMs: number): number | null => {
  const untilMs = tasks.get(task)?.untilMs ?? null
  return isFresh(untilMs, nowMs) ? untilMs : null
}

/** Whether the leader said that the task is to end here for good. */
export const isMoving = ({ tasks }: Holding, task: TaskId): boolean => tasks.get(task)?.moving ?? false

const chunksOf = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size))

/** One step under way. */
interface Turn {
  readonly nowMs: number
  tasks: Map<TaskId, Held>
  readonly sentMs: Map<number, number>
  nextRequest: number
  unanswered: number
  readonly guard: LeaseGuard[]
  readonly ask: { request: number; tasks: LeasedTask[]; attempt: number }[]
  readonly changed: Set<TaskId>
}

const lapse = (turn: Turn): void => {
  for (const [task, held] of turn.tasks) {
    if (held.untilMs === null || isFresh(held.untilMs, turn.nowMs)) continue
    turn.tasks.set(task, { ...held, untilMs: null })
    turn.changed.add(task)
  }
}

const want = (turn: Turn, wanted: readonly WantedLease[]): void => {
  const { tasks, nowMs } = turn
  turn.tasks = new Map(
    wanted.map((each) => {
      const held = tasks.get(each.task)
      const known = held?.token === each.token ? held : { untilMs: null, askMs: nowMs, moving: false }
      return [each.task, { ...known, ...each }]
    }),
  )
}

const hear = (turn: Turn, { request, granted, moving }: LeaseAnswer): void => {
  const { tasks, nowMs } = turn
  const atMs = turn.sentMs.get(request)
  if (atMs === undefined) return
  turn.unanswered = 0
  for (const task of granted) {
    const held = tasks.get(task)
    if (held === undefined) continue
    const untilMs = atMs + LEASE_MS
    tasks.set(task, { ...held, askMs: Math.max(nowMs, atMs + RENEW_MS) })
    if (untilMs > (held.untilMs ?? 0)) turn.guard.push({ task, token: held.token, untilMs })
  }
  for (const task of moving) {
    const held = tasks.get(task)
    if (held === undefined || held.moving) continue
    tasks.set(task, { ...held, moving: true })
    turn.changed.add(task)
  }
}

const count = ({ tasks, nowMs, changed }: Turn, { task, token, untilMs }: LeaseGuard): void => {
  const held = tasks.get(task)
  if (held?.token !== token || untilMs <= (held.untilMs ?? 0) || !isFresh(untilMs, nowMs)) return
  tasks.set(task, { ...held, untilMs })
  if (held.untilMs === null) changed.add(task)
}

const asks = ({ mayAsk, moving }: Held): boolean => mayAsk && !moving

const askWhatIsDue = (turn: Turn): void => {
  const { tasks, nowMs } = turn
  const due = [...tasks.values()].filter((held) => asks(held) && held.askMs <= nowMs)
  for (const some of chunksOf(due, TASKS_PER_ASK_MAX)) {
    const request = turn.nextRequest++
    turn.sentMs.set(request, nowMs)
    turn.ask.push({
      request,
      tasks: some.map(({ task, token }) => ({ task, token })),
      attempt: turn.unanswered,
    })
    for (const held of some) tasks.set(held.task, { ...held, askMs: nowMs + RETRY_MS })
  }
  if (due.length > 0) turn.unanswered++
}

/** When the clock says something new. */
const dueMs = ({ tasks }: Turn): number =>
  Math.min(
    ...Array.from(tasks.values(), (held) =>
      Math.min(
        asks(held) ? held.askMs : Number.POSITIVE_INFINITY,
        held.untilMs === null ? Number.POSITIVE_INFINITY : held.untilMs - STOP_MS,
      ),
    ),
  )

/** What a holder does about an event. `nowMs` is of a clock that never goes back and counts suspend. */
export const stepHolding = (
  state: Holding,
  event: HoldingEvent,
  { nowMs }: { readonly nowMs: number },
): { readonly state: Holding; readonly effects: HoldingEffects } => {
  const useful = [...state.sentMs].filter(([, atMs]) => isFresh(atMs + LEASE_MS, nowMs))
  const turn: Turn = {
    ...state,
    nowMs,
    tasks: new Map(state.tasks),
    sentMs: new Map(useful),
    guard: [],
    ask: [],
    changed: new Set(),
  }
  lapse(turn)
  if (event.type === 'wanted') want(turn, event.tasks)
  if (event.type === 'answered') hear(turn, event.answer)
  if (event.type === 'guarded') count(turn, event.guard)
  askWhatIsDue(turn)
  const { tasks, sentMs, nextRequest, unanswered, guard, ask, changed } = turn
  const nextMs = dueMs(turn)
  return {
    state: { tasks, sentMs, nextRequest, unanswered },
    effects: {
      guard,
      ask,
      schedule: Number.isFinite(nextMs) ? { afterMs: Math.max(0, nextMs - nowMs) } : null,
      notify: [...changed],
    },
  }
}
