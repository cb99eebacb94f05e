/**
 * One step under way: the next state as a draft, and the effects by kind. Handlers write to it; it never outlives
 * the step. Messages are put together when the step ends, so that each carries what the step has learned.
 */
import type { NodeId } from '../wire/index.ts'
import { FEW } from './limits.ts'
import { MapDraft } from './map-draft.ts'
import { MemberDraft } from './member-table.ts'
import type { MembershipMessage, MessageBody, News } from './messages.ts'
import type { Rtt } from './rtt.ts'
import {
  type Allowance,
  type Member,
  type MembershipState,
  type Own,
  type Probe,
  type Relayed,
  type Rumour,
  viewOf,
} from './state.ts'
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
  readonly members: MemberDraft
  outbox: readonly Rumour[]
  readonly probes: MapDraft<NodeId, Probe>
  readonly relayed: MapDraft<string, Relayed>
  lap: MembershipState['lap']
  round: number
  probeNumber: number
  strain: number
  usualRtt: Rtt | null
  allowance: Allowance
  judgesFromMs: number
  /** True once the incarnation must be on disk before anything is sent. */
  persist: boolean
  /** Whether there is a record that the others must hear of, the node's own included. */
  isNews: boolean
  readonly mail: Mail[]
  readonly schedules: { readonly afterMs: number; readonly timer: MembershipTimer }[]
  readonly changes: MemberChange[]
}

export const beginTurn = (state: MembershipState, env: StepEnv): Turn => ({
  env,
  timings: state.timings,
  own: state.own,
  members: new MemberDraft(state.members),
  outbox: state.outbox,
  probes: new MapDraft(state.probes),
  relayed: new MapDraft(state.relayed),
  lap: state.lap,
  round: state.round,
  probeNumber: state.probeNumber,
  strain: state.strain,
  usualRtt: state.usualRtt,
  allowance: state.allowance,
  judgesFromMs: state.judgesFromMs,
  persist: false,
  isNews: false,
  mail: [],
  schedules: [],
  changes: [],
})

/** Ends the step; `compose` turns each mail into the message that goes out. */
export const endTurn = (
  turn: Turn,
  compose: (turn: Turn, mail: Mail) => MembershipMessage,
): { readonly state: MembershipState; readonly effects: readonly MembershipEffect[] } => {
  const effects: MembershipEffect[] = []
  if (turn.persist) effects.push({ type: 'persist', incarnation: turn.own.incarnation })
  for (const mail of turn.mail) effects.push({ type: 'send', to: mail.to, message: compose(turn, mail) })
  for (const { afterMs, timer } of turn.schedules) effects.push({ type: 'schedule', afterMs, timer })
  for (const change of turn.changes) effects.push({ type: 'changed', change })
  const state = {
    timings: turn.timings,
    own: turn.own,
    members: turn.members.current(),
    outbox: turn.outbox,
    probes: turn.probes.current(),
    relayed: turn.relayed.current(),
    lap: turn.lap,
    round: turn.round,
    probeNumber: turn.probeNumber,
    strain: turn.strain,
    usualRtt: turn.usualRtt,
    allowance: turn.allowance,
    judgesFromMs: turn.judgesFromMs,
  }
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

/** Sends a message that nobody waits for, while this round allows it: its news rides along later as well. */
export const postUnasked = (turn: Turn, to: NodeId): void => {
  const { news } = turn.allowance
  if (news === 0) return
  turn.allowance = { ...turn.allowance, news: news - 1 }
  post(turn, to, { type: 'news' })
}

/** Sets a timer. */
export const schedule = (turn: Turn, afterMs: number, timer: Untimed<MembershipTimer>): void => {
  turn.schedules.push({ afterMs, timer: { ...timer, dueMs: turn.env.nowMs + afterMs } })
}

/** Puts a member's new record in place of its present one and tells of it. */
export const replaceMember = (turn: Turn, member: Member): void => {
  const previous = turn.members.get(member.node)
  turn.members.replace(member)
  turn.changes.push({ member: viewOf(member), previous: previous === undefined ? null : viewOf(previous) })
}

/** True for who takes part: probed, asked to probe, told at once. */
export const isPresent = (member: Member | undefined): member is Member =>
  member?.state === 'alive' || member?.state === 'suspect'

/** True for whoever may be there without our knowing. */
export const isAbsent = (member: Member | undefined): member is Member =>
  member?.state === 'dead' || member?.state === 'unknown'

/** True for who was never heard from in this process. */
export const isUnknown = (member: Member | undefined): member is Member => member?.state === 'unknown'

/** Up to `count` members that fit, at random and without repetition. */
export const pick = (turn: Turn, count: number, fits: (member: Member) => boolean): readonly Member[] => {
  const pool = turn.members.filter(fits)
  const size = Math.min(count, pool.length)
  for (let taken = 0; taken < size; taken += 1) {
    const other = taken + Math.floor(turn.env.random() * (pool.length - taken))
    const swapped = pool[other] as Member
    pool[other] = pool[taken] as Member
    pool[taken] = swapped
  }
  return pool.slice(0, size)
}

/** Draws whether this node is one of the few that turn to each of `concerned` members; in a small mesh it always is. */
export const isOneOfFew = (turn: Turn, concerned = 1): boolean => {
  const share = (FEW * concerned) / turn.members.size
  return share >= 1 || turn.env.random() < share
}
