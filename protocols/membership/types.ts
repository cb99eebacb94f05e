/** The words of membership: what happens to the machine, and what it wants done. */
import type { NodeId } from '../wire/index.ts'
import type { MembershipMessage } from './messages.ts'

/** How a member fares; `unknown` is admitted and not heard from since this process started. */
export type MemberStatus = 'unknown' | 'alive' | 'suspect' | 'dead' | 'left'

/** One member as this node sees it. */
export interface MemberView {
  readonly node: NodeId
  readonly state: MemberStatus
  /** Raised by the member alone; 0 while it is unknown. */
  readonly incarnation: number
  /** Where it says that it can be dialled, as multiaddrs. */
  readonly addresses: readonly string[]
  /** When it came into this state, on this node's clock. */
  readonly sinceMs: number
  /** Smoothed round trip; null for the node itself and where none was measured. */
  readonly rttMs: number | null
}

/** Times of detection, in milliseconds, and how far they stretch. A silent member is dead after a wait of about a round, twice the time-out and the suspicion. */
export interface MembershipTimings {
  /** One member is probed per round of this length. */
  readonly probeMs: number
  /** The least time-out of a ping, however quick the peer: what a busy machine may take to answer. */
  readonly timeoutFloorMs: number
  /** The greatest time-out of a ping, however slow the peer. */
  readonly timeoutCeilingMs: number
  /** From a suspicion that enough others confirm to death, in a mesh of up to ten: the time to refute. */
  readonly suspicionMs: number
  /** From a suspicion that nobody confirms to death; equal to `suspicionMs`, confirmations mean nothing. */
  readonly suspicionMaxMs: number
  /** The greatest strain: rounds and time-outs of a node that seems slow itself are up to `1 + strainMax` times as long. */
  readonly strainMax: number
}

export interface MembershipInit {
  readonly self: NodeId
  /** Above every incarnation that an earlier process of this node used. */
  readonly incarnation: number
  readonly addresses: readonly string[]
  readonly timings: MembershipTimings
}

/** A timer carries what must still hold when it fires, and when it was due: a late one shows that the process was stalled. */
export type MembershipTimer =
  | { readonly type: 'round'; readonly round: number; readonly dueMs: number }
  | { readonly type: 'probe'; readonly node: NodeId; readonly number: number; readonly dueMs: number }
  | { readonly type: 'relayed'; readonly key: string; readonly dueMs: number }
  | {
      readonly type: 'suspicion'
      readonly node: NodeId
      readonly incarnation: number
      readonly dueMs: number
    }

export type MembershipEvent =
  | { readonly type: 'started' }
  /** The admitted nodes, all of them; only these are tracked. */
  | { readonly type: 'roster'; readonly members: ReadonlySet<NodeId> }
  | { readonly type: 'received'; readonly from: NodeId; readonly message: MembershipMessage }
  | { readonly type: 'timer'; readonly timer: MembershipTimer }
  | { readonly type: 'connected' | 'disconnected'; readonly peer: NodeId }
  /** The addresses of this node, when they may have changed. */
  | { readonly type: 'addresses'; readonly addresses: readonly string[] }
  /** Says goodbye; whatever happens afterwards is ignored. */
  | { readonly type: 'leave' }

/** Null as `previous`: new in the roster. Null as `member`: no longer in it. */
export interface MemberChange {
  readonly member: MemberView | null
  readonly previous: MemberView | null
}

/** Effects are data, in the order persist -> send -> schedule -> notify. */
export type MembershipEffect =
  | { readonly type: 'persist'; readonly incarnation: number }
  | { readonly type: 'send'; readonly to: NodeId; readonly message: MembershipMessage }
  | { readonly type: 'schedule'; readonly afterMs: number; readonly timer: MembershipTimer }
  | { readonly type: 'changed'; readonly change: MemberChange }

/** What a step may use of the world: arguments, so that a run can be replayed. */
export interface StepEnv {
  readonly nowMs: number
  random(): number
}
