/** What revocations need of the rest of a node. */
import type { Revocation } from '../../protocols/revocations/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { RootSigning } from '../ports/certificates.ts'
import type { Clock, Random } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Connections, Requests } from '../ports/network.ts'
import type { RecordStore } from '../ports/storage.ts'

/** The log, as far as revocations go by it. */
export interface RevocationLog {
  readonly view: {
    readonly removedNodes: { has(node: NodeId): boolean }
    readonly revocations: { has(fingerprint: string): boolean }
    /** The intermediates of those who may issue. */
    readonly issuers: ReadonlyMap<NodeId, Uint8Array>
  }
  /** Called whenever any of that may have changed. Returns the end of the subscription. */
  onChange(listener: () => void): () => void
}

export interface RevocationsComponents {
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  /** A collection of its own. */
  readonly records: RecordStore
  readonly requests: Pick<Requests, 'request' | 'handleRequest'>
  readonly connections: Pick<Connections, 'self' | 'connected' | 'onPeer'>
  readonly signing: RootSigning
  /** SHA-256. */
  hash(bytes: Uint8Array): Uint8Array
}

/** Who is revoked, as those see it who talk to nobody of them. */
export interface RevokedNodes {
  has(node: NodeId): boolean
  /** Returns the end of the subscription. */
  onChange(listener: () => void): () => void
}

/** The signed revocations that this node holds. */
export interface Revocations extends RevokedNodes {
  /** Reads what is on the disk; before it, nobody is revoked. @throws `storeCorrupt` */
  load(): Promise<void>
  /** From now on members are told and asked, and the log outranks what is held. */
  start(log: RevocationLog): void
  stop(): void
  /** Those that count, by the node that they are about. */
  readonly revoked: ReadonlyMap<NodeId, Revocation>
  /** Those that count, and those that do not. */
  all(): Iterable<Revocation>
  /**
   * Signs that a node is revoked, by the root's key or this node's intermediate: on the disk and in force when it resolves, and on
   * its way to everybody. Null where this node may not sign that. @throws `storeFailed`
   */
  issue(node: NodeId, said: { readonly name: string; readonly reason: string }): Promise<Revocation | null>
  /** Takes over what somebody else signed, and passes it on; bytes that prove nothing are dropped. */
  hear(shown: readonly Uint8Array[]): Promise<void>
}
