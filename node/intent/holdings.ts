/** What this node holds, both kinds as the sync sees them. */
import { concat } from 'uint8arrays'
import type { BucketIndex, Catalogue, Hash, RegisterSet, SyncKind } from '../../crdt/index.ts'

export interface Holdings {
  readonly catalogue: Catalogue
  readonly registers: RegisterSet
}

export const SYNC_KINDS: readonly SyncKind[] = ['revisions', 'registers']

export const indexOf = ({ catalogue, registers }: Holdings, kind: SyncKind): BucketIndex =>
  kind === 'revisions' ? catalogue.index : registers.index

/** The encoded record of that name, or null. */
export const bytesOf = (
  { catalogue, registers }: Holdings,
  kind: SyncKind,
  name: string,
): Uint8Array | null => (kind === 'revisions' ? catalogue : registers).bytesOf(name)

const roots = new WeakMap<Holdings, { readonly version: string; readonly root: Uint8Array }>()

/** One hash over everything: equal on two nodes that hold the same. It is asked for far more often than it changes. */
export const rootOf = (holdings: Holdings, hash: Hash): Uint8Array => {
  const { catalogue, registers } = holdings
  const version = `${catalogue.index.version} ${registers.index.version}`
  const known = roots.get(holdings)
  if (known?.version === version) return known.root
  const root = hash(concat([catalogue.index.digests(), registers.index.digests()]))
  roots.set(holdings, { version, root })
  return root
}
