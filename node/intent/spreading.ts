/** The quick ways out: register changes to the connected members, updates and digests by gossip. All are hints. */
import {
  groupRecords,
  type Hash,
  type Register,
  SYNC_GOSSIP_BYTES_MAX,
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
    const { connections, messages, topics } = this.#components
    const records = registers.map(({ bytes }) => bytes)
    const peers = connections.connected()
    for (const group of groupRecords(records, SYNC_GOSSIP_BYTES_MAX)) {
      const hint = syncHintCodec.encode({ type: 'registers', records: group })
      if (peers.length > DIRECT_PEERS_MAX) topics.publish(INTENT_TOPIC, hint)
      else for (const peer of peers) messages.send(peer, PROTOCOLS.registers, hint)
    }
    this.digestSoon()
  }

  update(update: Uint8Array): void {
    if (update.byteLength <= SYNC_GOSSIP_BYTES_MAX) {
      this.#components.topics.publish(INTENT_TOPIC, syncHintCodec.encode({ type: 'update', update }))
    }
    this.digestSoon()
  }

  /** Says what is held, in a while and once for all changes until then. */
  digestSoon(): void {
    const { clock, topics, holdings, hash } = this.#components
    this.#cancelDigest ??= clock.after(DIGEST_DELAY_MS, () => {
      this.#cancelDigest = null
      topics.publish(INTENT_TOPIC, syncHintCodec.encode({ type: 'digest', root: rootOf(holdings, hash) }))
    })
  }

  stop(): void {
    this.#cancelDigest?.()
  }
}
