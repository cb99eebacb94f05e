/** The catalogue: a map from revision id to bytes, and nothing else. See docs/design/revisions.md. */

import type { RevisionId } from '../protocols/decisions/index.ts'
import type { BucketIndex } from './buckets.ts'
import { openDocument } from './catalogue-document.ts'
import { type InspectedUpdate, inspectUpdate } from './catalogue-update.ts'
import { createPackedRecords, type Elsewhere, packedRecordsOf } from './packed-records.ts'
import { createRecent } from './recent.ts'
import { type Revision, readRevision } from './revision.ts'
import { itemHashOf } from './revision-hash.ts'
import type { Hash } from './signed.ts'
import type { StoredIndex } from './stored-index.ts'

export interface CatalogueInit {
  /** Random at each start and never stored: a client id that is used again loses data silently and for good. */
  readonly clientId: number
  readonly hash: Hash
  /** Where revisions are once they came in here; absent where they shall be kept in memory. */
  readonly stored?: Elsewhere
}

export interface Catalogue {
  readonly index: BucketIndex
  /** What the revisions and their ids amount to. */
  readonly bytes: number
  has(id: RevisionId): boolean
  /** As it is stored and sent; a view, not to be changed. */
  bytesOf(id: RevisionId): Uint8Array | null
  /** Read anew, unless it was asked for lately; null also where this version cannot read it. */
  get(id: RevisionId): Revision | null
  /** Sorted. */
  ids(): readonly RevisionId[]
  /** Each read as it comes, which takes a second for a hundred thousand; those that this version cannot read are left out. */
  revisions(): IterableIterator<Revision>
  /** Takes over a record of this node's own store, which was verified when it was written. */
  restore(id: RevisionId, bytes: Uint8Array): void
  /** Takes over what was indexed of this node's own store, in place of all that is here. */
  restoreAll(index: StoredIndex): void
  /** Adds verified revisions, those that are new. */
  add(revisions: readonly Revision[], origin: string): void
  /** Checks an update of another node's document and changes nothing. @throws `updateRefused`, `revisionInvalid`, `revisionTooLarge` */
  inspect(update: Uint8Array): InspectedUpdate
  /** Applies an inspected update whose revisions were verified. */
  merge(inspected: InspectedUpdate, origin: string): void
  /** Drops revisions that were trimmed; what is not here is passed over. */
  remove(ids: readonly RevisionId[], origin: string): void
  /** Called with each change as a Yjs update (V1) and the origin that was given for it. */
  onUpdate(listener: (update: Uint8Array, origin: string) => void): void
}

export const openCatalogue = ({ clientId, hash, stored }: CatalogueInit): Catalogue => {
  let records = createPackedRecords(0, stored)
  const recent = createRecent<Revision>()
  const has = (id: RevisionId): boolean => records.has(id)
  const document = openDocument(clientId, has)

  const restore = (id: RevisionId, bytes: Uint8Array) => records.set(id, itemHashOf(id), bytes)
  /** Takes note of revisions that the document holds now. */
  const note = (present: readonly Revision[]) => {
    for (const { id, bytes } of present) if (!records.has(id)) restore(id, bytes)
  }
  const read = (id: RevisionId, bytes: Uint8Array | null): Revision | null =>
    bytes === null ? null : readRevision(id, bytes)
  const get = (id: RevisionId): Revision | null => {
    const known = recent.get(id)
    if (known !== undefined) return known
    // A copy, for a view would keep the whole block that it lies in for as long as it is remembered.
    const revision = read(id, records.get(id)?.slice() ?? null)
    if (revision !== null) recent.set(id, revision)
    return revision
  }
  return {
    get index() {
      return records.index
    },
    get bytes() {
      return records.bytes
    },
    has,
    bytesOf: (id) => records.get(id),
    get,
    ids: () => [...records.names()].sort(),
    *revisions() {
      for (const id of records.names()) {
        const revision = recent.get(id) ?? read(id, records.get(id))
        if (revision !== null) yield revision
      }
    },
    restore,
    restoreAll: (index) => {
      records = packedRecordsOf(index.records, stored)
    },
    add: (revisions, origin) => {
      document.add(revisions, origin)
      note(revisions)
    },
    inspect: (update) => inspectUpdate(update, hash),
    merge: (inspected, origin) => {
      document.merge(inspected, origin)
      note(inspected.revisions)
    },
    remove: (ids, origin) => {
      for (const id of ids) {
        records.delete(id)
        recent.delete(id)
      }
      document.remove(ids, origin)
    },
    onUpdate: document.onUpdate,
  }
}
