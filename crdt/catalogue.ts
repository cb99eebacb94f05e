/** The catalogue: one Yjs document, a map from revision id to bytes, and nothing else. See docs/design/revisions.md. */

import { fromString } from 'uint8arrays'
import type { RevisionId } from '../protocols/decisions/index.ts'
import { type BucketIndex, createBucketIndex } from './bucket-index.ts'
import { openDocument } from './catalogue-document.ts'
import { type InspectedUpdate, inspectUpdate } from './catalogue-update.ts'
import type { Revision } from './revision.ts'
import type { Hash } from './signed.ts'

/** What stands around a revision in memory: its parsed form, and its key in the document. */
const REVISION_OVERHEAD_BYTES = 1024

export interface CatalogueInit {
  /** Random at each start and never stored: a client id that is used again loses data silently and for good. */
  readonly clientId: number
  readonly hash: Hash
}

export interface Catalogue {
  readonly index: BucketIndex
  /** What the revisions take up in memory, roughly. */
  readonly bytes: number
  get(id: RevisionId): Revision | null
  /** Sorted. */
  ids(): readonly RevisionId[]
  revisions(): IterableIterator<Revision>
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

const sizeOf = ({ bytes }: Revision): number => bytes.byteLength + REVISION_OVERHEAD_BYTES

export const openCatalogue = ({ clientId, hash }: CatalogueInit): Catalogue => {
  const document = openDocument(clientId)
  const revisions = new Map<RevisionId, Revision>()
  const index = createBucketIndex()
  let bytes = 0

  /** Takes note of revisions that the document holds now. */
  const note = (present: readonly Revision[]) => {
    for (const revision of present) {
      if (revisions.has(revision.id)) continue
      revisions.set(revision.id, revision)
      bytes += sizeOf(revision)
      index.set(revision.id, fromString(revision.id, 'base16'))
    }
  }
  return {
    index,
    get bytes() {
      return bytes
    },
    get: (id) => revisions.get(id) ?? null,
    ids: () => [...revisions.keys()].sort(),
    revisions: () => revisions.values(),
    add: (candidates, origin) => {
      document.add(candidates, origin)
      note(candidates)
    },
    inspect: (update) => inspectUpdate(update, hash),
    merge: (inspected, origin) => {
      document.merge(inspected, origin)
      note(inspected.revisions)
    },
    remove: (ids, origin) => {
      for (const id of ids) {
        const revision = revisions.get(id)
        if (revision === undefined) continue
        bytes -= sizeOf(revision)
        revisions.delete(id)
        index.delete(id)
      }
      document.remove(ids, origin, () => revisions.values())
    },
    onUpdate: document.onUpdate,
  }
}
