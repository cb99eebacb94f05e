/**
 * The side of the leader: who may run an exclusive task for how much longer, and when one may be moved.
 *
 * Guarantees: nothing is granted but after a quorum round that began after the request, in the term in which it
 * began, and for what the log then gives to the asker; a lease that is withheld is never given again in that term; what
 * `movableAtMs` says has passed only when no lease of this leader or of one before it can still be in force.
 */
import type { TaskId } from '../decisions/index.ts'
import type { NodeId } from '../wire/index.ts'
import { afterLoss, type HoldDown, type HoldDowns } from './hold-downs.ts'
import { ASKS_WAITING_MAX, LAPSE_MS } from './limits.ts'
import type { LeaseAnswer, LeaseAsk, LeasedTask } from './messages.ts'

/** A request that waits for its quorum round. */
interface Waiting {
  /** Who sent it here: the asker, or a voter in between. */
  readonly via: NodeId
  readonly ask: LeaseAsk
}

interface Leading {
  readonly term: number
  /** Leases that this leader and those before it granted to whom it does not know have lapsed then. */
  readonly quietUntilMs: number
  /** When the last grant for a task was given. */
  readonly grantedMs: ReadonlyMap<TaskId, number>
  /** When a task was asked for last, or was first seen. */
  readonly askedMs: ReadonlyMap<TaskId, number>
  /** What is to move, and why; for good. */
  readonly withheld: ReadonlyMap<TaskId, string>
  readonly waiting: ReadonlyMap<number, Waiting>
  readonly holdDowns: HoldDowns
}

export interface Granting {
  /** Null while this node does not lead, or has not applied its own no-op. */
  readonly leading: Leading | null
  readonly nextProof: number
}

/** Why and from where a task is to move. */
export interface Withholding {
  readonly task: TaskId
  readonly node: NodeId
  readonly reason: string
  /** Whether the node is to blame: it was lost, or did not ask. */
  readonly lost: boolean
}

export type GrantingEvent =
  /** This node leads, and has applied its own first entry. */
  | { readonly type: 'led'; readonly term: number }
  | { readonly type: 'lost' }
  | { readonly type: 'asked'; readonly via: NodeId; readonly ask: LeaseAsk }
  /** A quorum round that began after the `prove` effect is through, or failed. `term`: the one in which it began and ended. */
  | { readonly type: 'proven'; readonly proof: number; readonly term: number }
  | { readonly type: 'unproven'; readonly proof: number }
  | { readonly type: 'withhold'; readonly tasks: readonly Withholding[] }
  /** All exclusive tasks of the log: what is not among them is forgotten. */
  | { readonly type: 'tasks'; readonly tasks: readonly TaskId[] }

export interface GrantingEnv {
  readonly nowMs: number
  /** To whom the log gives a task, as far as it is applied here. */
  holderOf(task: TaskId): { readonly node: NodeId; readonly token: number } | null
}

export interface GrantingEffects {
  /** Quorum rounds to begin now. */
  readonly prove: readonly number[]
  readonly send: readonly { readonly to: NodeId; readonly message: LeaseAnswer }[]
}

export const createGranting = (): Granting => ({ leading: null, nextProof: 1 })

const NONE: GrantingEffects = { prove: [], send: [] }

const lead = (term: number, nowMs: number): Leading => ({
  term,
  quietUntilMs: nowMs + LAPSE_MS,
  grantedMs: new Map(),
  askedMs: new Map(),
  withheld: new Map(),
  waiting: new Map(),
  holdDowns: new Map(),
})

const answerTo = (
  { ask }: Waiting,
  { withheld }: Leading,
  { holderOf }: GrantingEnv,
): { readonly answer: LeaseAnswer; readonly granted: readonly TaskId[] } => {
  const own = ({ task, token }: LeasedTask): boolean => {
    const holder = holderOf(task)
    return holder?.node === ask.asker && holder.token === token
  }
  const tasks = ask.tasks.filter(own).map(({ task }) => task)
  const granted = tasks.filter((task) => !withheld.has(task))
  const moving = tasks.filter((task) => withheld.has(task))
  return {
    granted,
    answer: { type: 'answer', asker: ask.asker, request: ask.request, granted, moving },
  }
}

const withAll = <Value>(
  map: ReadonlyMap<TaskId, Value>,
  tasks: readonly TaskId[],
  value: Value,
): Map<TaskId, Value> => new Map([...map, ...tasks.map((task) => [task, value] as const)])

const withhold = (leading: Leading, tasks: readonly Withholding[], nowMs: number): Leading => {
  const fresh = tasks.filter(({ task }) => !leading.withheld.has(task))
  if (fresh.length === 0) return leading
  const lost = new Set(fresh.filter((each) => each.lost).map(({ node }) => node))
  const holdDowns = new Map<NodeId, HoldDown>(leading.holdDowns)
  for (const node of lost) holdDowns.set(node, afterLoss(holdDowns.get(node), nowMs))
  const withheld = new Map([...leading.withheld, ...fresh.map(({ task, reason }) => [task, reason] as const)])
  return { ...leading, withheld, holdDowns }
}

/** Forgets what left the log, and counts the silence of what is new to it from now. */
const keepTo = (leading: Leading, tasks: ReadonlySet<TaskId>, nowMs: number): Leading => {
  const kept = <Value>(map: ReadonlyMap<TaskId, Value>) =>
    new Map([...map].filter(([task]) => tasks.has(task)))
  return {
    ...leading,
    grantedMs: kept(leading.grantedMs),
    withheld: kept(leading.withheld),
    askedMs: new Map(Array.from(tasks, (task) => [task, leading.askedMs.get(task) ?? nowMs])),
  }
}

const stepLeading = (
  leading: Leading,
  nextProof: number,
  event: Exclude<GrantingEvent, { type: 'led' | 'lost' }>,
  env: GrantingEnv,
): { readonly state: Granting; readonly effects: GrantingEffects } => {
  const { nowMs } = env
  const stay = (next: Leading) => ({ state: { leading: next, nextProof }, effects: NONE })
  const waiting = new Map(leading.waiting)
  switch (event.type) {
    case 'tasks':
      return stay(keepTo(leading, new Set(event.tasks), nowMs))
    case 'withhold':
      return stay(withhold(leading, event.tasks, nowMs))
    case 'unproven':
      waiting.delete(event.proof)
      return stay({ ...leading, waiting })
    case 'asked': {
      if (waiting.size >= ASKS_WAITING_MAX) return stay(leading)
      const { via, ask } = event
      waiting.set(nextProof, { via, ask })
      const own = ask.tasks.map(({ task }) => task).filter((task) => env.holderOf(task)?.node === ask.asker)
      const askedMs = withAll(leading.askedMs, own, nowMs)
      return {
        state: { leading: { ...leading, waiting, askedMs }, nextProof: nextProof + 1 },
        effects: { prove: [nextProof], send: [] },
      }
    }
    case 'proven': {
      const request = waiting.get(event.proof)
      waiting.delete(event.proof)
      if (request === undefined || event.term !== leading.term) return stay({ ...leading, waiting })
      const { answer, granted } = answerTo(request, leading, env)
      const grantedMs = withAll(leading.grantedMs, granted, nowMs)
      return {
        state: { leading: { ...leading, waiting, grantedMs }, nextProof },
        effects: { prove: [], send: [{ to: request.via, message: answer }] },
      }
    }
  }
}

/** What a leader does about an event; while this node does not lead, nothing. */
export const stepGranting = (
  state: Granting,
  event: GrantingEvent,
  env: GrantingEnv,
): { readonly state: Granting; readonly effects: GrantingEffects } => {
  const { leading, nextProof } = state
  if (event.type === 'lost') return { state: { leading: null, nextProof }, effects: NONE }
  if (event.type === 'led')
    return leading?.term === event.term
      ? { state, effects: NONE }
      : { state: { leading: lead(event.term, env.nowMs), nextProof }, effects: NONE }
  return leading === null ? { state, effects: NONE } : stepLeading(leading, nextProof, event, env)
}

/** When a task that is withheld may be moved; never where this node does not lead. */
export const movableAtMs = ({ leading }: Granting, task: TaskId): number => {
  if (leading === null) return Number.POSITIVE_INFINITY
  const grantedMs = leading.grantedMs.get(task)
  return Math.max(leading.quietUntilMs, grantedMs === undefined ? 0 : grantedMs + LAPSE_MS)
}

/** Why the lease of a task is withheld; null where it is not. */
export const withheldFor = ({ leading }: Granting, task: TaskId): string | null =>
  leading?.withheld.get(task) ?? null

/** For how long nobody asked for the lease of a task, since this node leads and knows of it. */
export const silentForMs = ({ leading }: Granting, task: TaskId, nowMs: number): number => {
  const askedMs = leading?.askedMs.get(task)
  return askedMs === undefined ? 0 : nowMs - askedMs
}

/** Whether a node comes last for exclusive work, because of leases that it lost. */
export const isHeldDown = ({ leading }: Granting, node: NodeId, nowMs: number): boolean =>
  nowMs < (leading?.holdDowns.get(node)?.untilMs ?? 0)
