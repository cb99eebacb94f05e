import type { Hash, IntentIndex, Sign, Verify } from '../../crdt/index.ts'
import type { AppendBounds, ConsensusMessage } from '../../protocols/consensus/index.ts'
import type { LeaseMessage } from '../../protocols/leases/index.ts'
import type { MembershipMessage } from '../../protocols/membership/index.ts'
import type { VersionRange } from '../../protocols/versions/index.ts'
import type { CompactionBounds } from '../consensus/index.ts'
import type { Clock, Random } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Channel, Network } from '../ports/network.ts'
import type { Store } from '../ports/storage.ts'
import type { Watchdog } from '../ports/watchdog.ts'
import type { RevokedNodes } from '../revocations/index.ts'
import type { Shutdown } from './shutdown.ts'

/** The planes that talk without end, each on a channel of its own. */
export interface Channels {
  readonly consensus: Channel<ConsensusMessage>
  readonly membership: Channel<MembershipMessage>
  readonly leases: Channel<LeaseMessage>
}

/**
 * The world around a node, as its planes and its work see it: ports and nothing behind them. The daemon gives the
 * real one, the simulator its own.
 */
export interface Outside {
  /** What this node would be called. */
  readonly nodeName: string
  /** The mesh versions that it understands. */
  readonly versions: VersionRange
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly store: Store
  /** What is indexed of the intent in it, by another thread; null where this one is to read it. */
  readonly indexed?: () => Promise<IntentIndex | null>
  readonly network: Omit<Network, 'start' | 'stop'>
  readonly channels: Channels
  /** What ends exclusive tasks where this process cannot. */
  readonly watchdog: Watchdog
  readonly signing: { readonly hash: Hash; readonly sign: Sign; readonly verify: Verify }
  /** Who is shut out, whatever the log says; absent where nobody ever is. */
  readonly revoked?: RevokedNodes
  /** How big the machine is, and what of it tasks may reach beyond their containers. */
  readonly machine: {
    readonly cpus: number
    readonly memoryMb: number
    readonly diskMb?: number
    readonly allows?: string[]
  }
  /** When the log is cut off; as consensus does by itself where it is absent. */
  readonly compaction?: CompactionBounds
  /** What one append of the log holds at most; as consensus has it by itself where it is absent. */
  readonly appends?: AppendBounds
  readonly shutdown: Pick<Shutdown, 'add'>
}
