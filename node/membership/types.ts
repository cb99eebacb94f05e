import type {
  MemberChange,
  MembershipMessage,
  MembershipTimings,
  MemberView,
} from '../../protocols/membership/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Clock, Random } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Channel, Connections } from '../ports/network.ts'
import type { Service } from '../ports/service.ts'
import type { RecordStore } from '../ports/storage.ts'

export interface MembershipComponents {
  readonly channel: Channel<MembershipMessage>
  readonly connections: Pick<Connections, 'addresses' | 'connected' | 'learn' | 'onPeer'>
  /** Its timers must fire late after the process was stopped or the machine slept; that is how the machine notices. */
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly records: RecordStore
}

export interface MembershipServiceInit {
  readonly self: NodeId
  readonly timings: MembershipTimings
}

export interface MembershipService extends Service {
  /** All members as this node sees them, itself first; empty before `start`. */
  members(): readonly MemberView[]
  /** One of them; null for a node that is not tracked, and before `start`. */
  member(node: NodeId): MemberView | null
  /** Says who is admitted, at any time, as often as it changes; only these are tracked. */
  setRoster(nodes: ReadonlySet<NodeId>): void
  /** Returns the function that ends the subscription. */
  onChange(listener: (change: MemberChange) => void): () => void
  /** Tells the others that this node goes for good; resolves when that was handed to the network. */
  leave(): Promise<void>
}
