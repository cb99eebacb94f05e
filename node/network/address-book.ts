/**
 * Where nodes were seen, newest first, bounded per node and in all, kept across restarts where a store is given.
 *
 * What is remembered is a claim: the key exchange decides who answers there.
 */
import { AddressesSchema, defineMessage, type NodeId } from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { RecordStore } from '../ports/storage.ts'
import { parseMultiaddr, withoutPeer } from './addresses.ts'
import { ADDRESS_BOOK_WRITE_MS, ADDRESSES_PER_NODE_MAX, NODES_REMEMBERED_MAX } from './limits.ts'
import { relayIn } from './relayed-address.ts'

const codec = defineMessage('known addresses', AddressesSchema)

export interface AddressBookComponents {
  readonly logger: Logger
  readonly clock: Clock
  readonly records?: RecordStore | undefined
}

export class AddressBook {
  readonly #components: AddressBookComponents
  /** In the order of their last change, so that the first is the one to forget. */
  readonly #known = new Map<NodeId, readonly string[]>()
  readonly #unsaved = new Set<NodeId>()
  #cancelWrite: (() => void) | null = null

  constructor(components: AddressBookComponents) {
    this.#components = components
  }

  /** Reads what was kept; a record that cannot be read is skipped. */
  async load(): Promise<void> {
    for await (const [node, bytes] of this.#components.records?.entries() ?? []) {
      try {
        if (!this.#known.has(node)) this.#known.set(node, codec.decode(bytes))
      } catch (error) {
        this.#components.logger.warn({ error, node }, 'kept addresses of a node could not be read')
      }
    }
  }

  of(node: NodeId): readonly string[] {
    return this.#known.get(node) ?? []
  }

  /** Puts the addresses first; malformed ones are dropped. True when one of them is new. */
  learn(node: NodeId, addresses: readonly string[]): boolean {
    const before = this.of(node)
    const seen = addresses.flatMap(readable)
    const after = [...new Set([...seen, ...before])].slice(0, ADDRESSES_PER_NODE_MAX)
    if (after.length === before.length && after.every((address, index) => address === before[index]))
      return false
    this.#known.delete(node)
    this.#known.set(node, after)
    this.#changed(node)
    return seen.some((address) => !before.includes(address))
  }

  forget(node: NodeId): void {
    if (this.#known.delete(node)) this.#changed(node)
  }

  /** Forgets the longest unchanged nodes over the bound, never one that `keep` holds. */
  trim(keep: ReadonlySet<NodeId>): void {
    for (const node of this.#known.keys()) {
      if (this.#known.size <= NODES_REMEMBERED_MAX) return
      if (!keep.has(node)) this.forget(node)
    }
  }

  /** Writes what has changed. Never rejects: the addresses are a convenience. */
  async save(): Promise<void> {
    this.#cancelWrite?.()
    this.#cancelWrite = null
    const { records, logger } = this.#components
    const nodes = [...this.#unsaved]
    this.#unsaved.clear()
    if (records === undefined || nodes.length === 0) return
    const changes = nodes.map((node) => {
      const addresses = this.#known.get(node)
      return { key: node, value: addresses === undefined ? null : codec.encode([...addresses]) }
    })
    await records.write(changes).catch((error) => logger.warn({ error }, 'known addresses could not be kept'))
  }

  #changed(node: NodeId): void {
    if (this.#components.records === undefined) return
    this.#unsaved.add(node)
    this.#cancelWrite ??= this.#components.clock.after(ADDRESS_BOOK_WRITE_MS, () => void this.save())
  }
}

const readable = (address: string): readonly string[] => {
  try {
    return [relayIn(address) === null ? withoutPeer(parseMultiaddr(address).toString()) : address]
  } catch {
    return []
  }
}
