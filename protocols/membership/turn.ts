/**
 * One step under way: the next state as a draft, and the effects by kind. Handlers write to it; it never outlives
 * the step. Messages are put together when the step ends, so that each carries what the step has learned.
 */
import type { NodeId } from '../wire/index.ts'
import { draftOf, type MapDraft } from './map-draft.ts'
import type { MembershipMessage, MessageBody, News } from './messages.ts'
import { type Member, type MembershipState, type Own, type Probe, viewOf } from './state.ts'
import type { MemberChange, MembershipEffect, MembershipTimer, MembershipTimings, StepEnv } from './types.ts'

/** A message without its news; null news means whatever has to ride along. */
export interface Mail {
  readonly to: NodeId
  readonly body: MessageBody
  readonly news: readonly News[] | null
}

type Untimed<Timer> = Timer extends MembershipTimer ? Omit<Timer, 'dueMs'> : never

export interface Turn {
  readonly env: StepEnv
  readonly timings: MembershipTimings
  own: Own
  readonly members: MapDraft<NodeId, Member>
  readonly outbox: MapDraft<NodeId, number>
  readonly probes: MapDraft<NodeId, Probe>
  lap: MembershipState['lap']
  round: number
  probeNumber: number
  judgesFromMs: number
  /** True once the incarnation must be on disk before anything is sent. */
  persist: boolean
  /** Whose record changed in this step, the node itself included. */
  readonly changed: Set<NodeId>
  readonly mail: Mail[]
  readonly schedules: { readonly afterMs: number; readonly timer: MembershipTimer }[]
  readonly changes: MemberChange[]
}

export const beginTurn = (state: MembershipState, env: StepEnv): Turn => ({
  env,
  timings: state.timings,
  own: state.own,
  members: draftOf(state.members),
  outbox: draftOf(state.outbox),
  probes: draftOf(state.probes),
  lap: state.lap,
  round: state.round,
  probeNumber: state.probeNumber,
  judgesFromMs: state.judgesFromMs,
  persist: false,
  changed: new Set(),
  mail: [],
  schedules: [],
  changes: [],
})

/** Ends the step; `compose` turns each mail into the message that goes out. */
export const endTurn = (
  turn: Turn,
  compose: (turn: Turn, mail: Mail) => MembershipMessage,
): { readonly state: MembershipState; readonly effects: readonly MembershipEffect[] } => {
  const sends = turn.mail.map((mail) => ({
    type: 'send' as const,
    to: mail.to,
    message: compose(turn, mail),
  }))
  const state = {
    timings: turn.timings,
    own: turn.own,
    members: turn.members.current(),
    outbox: turn.outbox.current(),
    probes: turn.probes.current(),
    lap: turn.lap,
    round: turn.round,
    probeNumber: turn.probeNumber,
    judgesFromMs: turn.judgesFromMs,
  }
  const effects: MembershipEffect[] = [
    ...(turn.persist ? [{ type: 'persist' as const, incarnation: turn.own.incarnation }] : []),
    ...sends,
    ...turn.schedules.map((schedule) => ({ type: 'schedule' as const, ...schedule })),
    ...turn.changes.map((change) => ({ type: 'changed' as const, change })),
  ]
  return { state, effects }
}

/** Puts a message into the mail. */
export const post = (
  turn: Turn,
  to: NodeId,
  body: MessageBody,
  news: readonly News[] | null = null,
): void => {
  turn.mail.push({ to, body, news })
}

/** Sets a timer. */
export const schedule = (turn: Turn, afterMs: number, timer: Untimed<MembershipTimer>): void => {
  turn.schedules.push({ afterMs, timer: { ...timer, dueMs: turn.env.nowMs + afterMs } })
}

/** Puts a member's new record in place of its present one and tells of it. */
export const replaceMember = (turn: Turn, member: Member): void => {
  const previous = turn.members.get(member.node)
  turn.members.set(member.node, member)
  turn.changes.push({ member: viewOf(member), previous: previous === undefined ? null : viewOf(previous) })
}

/** True for who takes part: probed, asked to probe, told at once. */
export const isPresent = (member: Member | undefined): member is Member =>
  member?.state === 'alive' || member?.state === 'suspect'

/** Up to `count` members that fit, at random and without repetition. */
export const pick = (turn: Turn, count: number, fits: (member: Member) => boolean): readonly Member[] => {
  const pool = [...turn.members.current().values().filter(fits)]
  const size = Math.min(count, pool.length)
  for (let taken = 0; taken < size; taken += 1) {
    const other = taken + Math.floor(turn.env.random() * (pool.length - taken))
    const swapped = pool[other] as Member
    pool[other] = pool[taken] as Member
    pool[taken] = swapped
  }
  return pool.slice(0, size)
}
