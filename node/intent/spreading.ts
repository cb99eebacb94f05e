/**
 * The quick ways out, all of them hints: straight to the connected members while these are few, by gossip where they
 * are many. Gossip alone is not quick enough after a join: it needs seconds to form its mesh, and tells no one before.
 */
import {
  groupRecords,
  type Hash,
  type Register,
  SYNC_GOSSIP_BYTES_MAX,
  type SyncHint,
  syncHintCodec,
} from '../../crdt/index.ts'
import { PROTOCOLS } from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Connections, Messages, Topics } from '../ports/network.ts'
import { type Holdings, rootOf } from './holdings.ts'
import { DIGEST_DELAY_MS, DIRECT_PEERS_MAX } from './limits.ts'

export const INTENT_TOPIC = 'intent'

export interface SpreadingComponents {
  readonly messages: Messages
  readonly topics: Topics
  readonly connections: Pick<Connections, 'connected'>
  readonly clock: Clock
  readonly holdings: Holdings
  readonly hash: Hash
}

export class Spreading {
  readonly #components: SpreadingComponents
  #cancelDigest: (() => void) | null = null

  constructor(components: SpreadingComponents) {
    this.#components = components
  }

  registers(registers: readonly Register[]): void {
    const records = registers.map(({ bytes }) => bytes)
    for (const group of groupRecords(records, SYNC_GOSSIP_BYTES_MAX))
      this.#tell({ type: 'registers', records: group })
    this.digestSoon()
  }

  update(update: Uint8Array): void {
    if (update.byteLength <= SYNC_GOSSIP_BYTES_MAX) this.#tell({ type: 'update', update })
    this.digestSoon()
  }

  /** Says what is held, in a while and once for all changes until then. */
  digestSoon(): void {
    const { clock, holdings, hash } = this.#components
    this.#cancelDigest ??= clock.after(DIGEST_DELAY_MS, () => {
      this.#cancelDigest = null
      this.#tell({ type: 'digest', root: rootOf(holdings, hash) })
    })
  }

  #tell(hint: SyncHint): void {
    const { connections, messages, topics } = this.#components
    const bytes = syncHintCodec.encode(hint)
    const peers = connections.connected()
    if (peers.length > DIRECT_PEERS_MAX) topics.publish(INTENT_TOPIC, bytes)
    else for (const peer of peers) messages.send(peer, PROTOCOLS.hints, bytes)
  }

  stop(): void {
    this.#cancelDigest?.()
  }
}
