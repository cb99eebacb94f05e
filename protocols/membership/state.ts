/** What the machine holds between two steps. Read only; a step makes the next one. */
import type { NodeId } from '../wire/index.ts'
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

export interface Member {
  readonly node: NodeId
  readonly state: MemberStatus
  readonly incarnation: number
  readonly addresses: readonly string[]
  readonly sinceMs: number
  readonly rtt: Rtt | null
}

/** A question to one member that is not answered yet; the number is the token of its timer. */
export interface Probe {
  readonly number: number
  readonly phase: 'direct' | 'indirect'
  readonly startedMs: number
}

export interface MembershipState {
  readonly timings: MembershipTimings
  readonly own: Own
  /** Everybody in the roster but the node itself. */
  readonly members: ReadonlyMap<NodeId, Member>
  /** Whose record still rides along, and how often it did. */
  readonly outbox: ReadonlyMap<NodeId, number>
  /** At most one per member. */
  readonly probes: ReadonlyMap<NodeId, Probe>
  /** The order of this lap, and who is next in it. */
  readonly lap: { readonly order: readonly NodeId[]; readonly next: number }
  readonly round: number
  readonly probeNumber: number
  /** Before this time the node was stalled, or still makes up for it, and judges nobody. */
  readonly judgesFromMs: number
}

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
  members: new Map(),
  outbox: new Map(),
  probes: new Map(),
  lap: { order: [], next: 0 },
  round: 0,
  probeNumber: 0,
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
  const member = state.members.get(node)
  return member === undefined ? null : viewOf(member)
}

/** All members as this node sees them, itself first. */
export const membersOf = (state: MembershipState): readonly MemberView[] => [
  ownView(state.own),
  ...state.members.values().map(viewOf),
]
