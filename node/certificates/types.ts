/** What certificates need of the rest of a node. */
import type { Sign, Verify } from '../../crdt/index.ts'
import type { IdentityClaims } from '../../protocols/credentials/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'

/** The log, as far as certificates go by it. */
export interface MeshLog {
  /** What is certified of a member; null for whoever is none. */
  member(node: NodeId): Omit<IdentityClaims, 'node'> | null
  /** Everybody who is one. */
  members(): Iterable<NodeId>
  /** The intermediates of those who may issue. */
  issuers(): ReadonlyMap<NodeId, Uint8Array>
  isRevoked(fingerprint: string): boolean
  /** Whether a node was a member and is none any more. */
  hasLeft(node: NodeId): boolean
  /** Called whenever any of that may have changed. Returns the end of the subscription. */
  onChange(listener: () => void): () => void
}

/** The node's own key, and those in the ids of others. */
export interface NodeKeys {
  readonly sign: Sign
  readonly verify: Verify
}
