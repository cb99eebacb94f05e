/** What the machine holds between two steps. Read only; a step makes the next one. */
import type { NodeId } from '../wire/index.ts'
import { COMPARISONS_PER_ROUND, NEWS_PER_ROUND } from './limits.ts'
import { type MemberTable, memberIn, tableOf } from './member-table.ts'
import type { Rtt } from './rtt.ts'
import type { MemberStatus, MembershipInit, MembershipTimings, MemberView } from './types.ts'

/** The node itself, of which it alone speaks. */
export interface Own {
  readonly node: NodeId
  readonly incarnation: number
  readonly addresses: readonly string[]
  readonly left: boolean
  readonly sinceMs: number
}

/** Why a member is suspect, and since when it has had time to refute. */
export interface Suspicion {
  readonly sinceMs: number
  /** Whose own probes failed, the first ones. */
  readonly accusers: readonly NodeId[]
  /** Who holds it to be dead, the first ones: of members that may have been apart from us. */
  readonly declarers: readonly NodeId[]
}

export interface Member {
  readonly node: NodeId
  /** Of the node's name; what digests are made of. */
  readonly hash: number
  readonly state: MemberStatus
  readonly incarnation: number
  readonly addresses: readonly string[]
  readonly sinceMs: number
  readonly rtt: Rtt | null
  /** Its last answer took no longer than it is given. */
  readonly wasInTime: boolean
  /** When it came back from the dead, or last held us to be dead. */
  readonly apartMs: number
  /** Null for all but suspects. */
  readonly suspicion: Suspicion | null
}

/** A question to one member; it outlives its failure, for a late answer still tells how slow the member is. */
export interface Probe {
  /** Of the last ping; the token of the probe's timer. */
  readonly number: number
  readonly phase: 'direct' | 'indirect' | 'failed'
  readonly pings: readonly { readonly number: number; readonly sentMs: number }[]
  /** What was heard of the relays that were asked. */
  readonly relays: 'unasked' | 'silent' | 'heard'
}

/** A ping that was sent for another; `number` is its. */
export interface Relayed {
  readonly origin: NodeId
  readonly number: number
  readonly target: NodeId
}

/** A record that still rides along, and how often. */
export interface Rumour {
  readonly node: NodeId
  readonly left: number
}

export interface MembershipState {
  readonly timings: MembershipTimings
  readonly own: Own
  /** Everybody in the roster but the node itself. */
  readonly members: MemberTable
  /** The newest first; what was sent goes to the end. */
  readonly outbox: readonly Rumour[]
  /** At most one per member. */
  readonly probes: ReadonlyMap<NodeId, Probe>
  /** Pings for others, not answered yet. */
  readonly relayed: ReadonlyMap<string, Relayed>
  /** The order of this lap, and who is next in it. */
  readonly lap: { readonly order: readonly NodeId[]; readonly next: number }
  readonly round: number
  readonly probeNumber: number
  /** How slow this node itself seems to be: 0 is well. */
  readonly strain: number
  /** Over all members: what to expect of one that was never measured. */
  readonly usualRtt: Rtt | null
  /** What may still be sent unasked in this round. */
  readonly allowance: Allowance
  /** Before this time the node was stalled, or still makes up for it, and judges nobody. */
  readonly judgesFromMs: number
}

export interface Allowance {
  readonly news: number
  readonly comparisons: number
}

export const FULL_ALLOWANCE: Allowance = { news: NEWS_PER_ROUND, comparisons: COMPARISONS_PER_ROUND }

/** A machine that knows nobody yet; give it `started` and `roster`. */
export const createMembership = (init: MembershipInit): MembershipState => ({
  timings: init.timings,
  own: {
    node: init.self,
    incarnation: init.incarnation,
    addresses: init.addresses,
    left: false,
    sinceMs: 0,
  },
  members: tableOf([]),
  outbox: [],
  probes: new Map(),
  relayed: new Map(),
  lap: { order: [], next: 0 },
  round: 0,
  probeNumber: 0,
  strain: 0,
  usualRtt: null,
  allowance: FULL_ALLOWANCE,
  judgesFromMs: 0,
})

export const viewOf = (member: Member): MemberView => ({
  node: member.node,
  state: member.state,
  incarnation: member.incarnation,
  addresses: member.addresses,
  sinceMs: member.sinceMs,
  rttMs: member.rtt?.smoothedMs ?? null,
})

const ownView = ({ node, incarnation, addresses, left, sinceMs }: Own): MemberView => ({
  node,
  state: left ? 'left' : 'alive',
  incarnation,
  addresses,
  sinceMs,
  rttMs: null,
})

/** One member as this node sees it; null for a node that is not in the roster. */
export const memberOf = (state: MembershipState, node: NodeId): MemberView | null => {
  if (node === state.own.node) return ownView(state.own)
  const member = memberIn(state.members, node)
  return member === undefined ? null : viewOf(member)
}

/** All members as this node sees them, itself first. */
export const membersOf = (state: MembershipState): readonly MemberView[] => [
  ownView(state.own),
  ...state.members.chunks.flat().map(viewOf),
]
