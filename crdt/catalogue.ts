/** The catalogue: one Yjs document, a map from revision id to bytes, and nothing else. See docs/design/revisions.md. */

import { fromString } from 'uint8arrays'
import * as Y from 'yjs'
import type { RevisionId } from '../protocols/decisions/index.ts'
import { type BucketIndex, createBucketIndex } from './bucket-index.ts'
import { type InspectedUpdate, inspectUpdate, ROOT } from './catalogue-update.ts'
import type { Revision } from './revision.ts'
import type { Hash } from './signed.ts'

export interface CatalogueInit {
  /** Random at each start and never stored: a client id that is used again loses data silently and for good. */
  readonly clientId: number
  readonly hash: Hash
}

export interface Catalogue {
  readonly index: BucketIndex
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
  /** Called with each change as a Yjs update (V1) and the origin that was given for it. */
  onUpdate(listener: (update: Uint8Array, origin: string) => void): void
}

export const openCatalogue = ({ clientId, hash }: CatalogueInit): Catalogue => {
  const document = new Y.Doc()
  document.clientID = clientId
  const root = document.getMap<Uint8Array>(ROOT)
  const revisions = new Map<RevisionId, Revision>()
  const index = createBucketIndex()

  /** Takes note of revisions that the document holds now. */
  const note = (present: readonly Revision[]) => {
    for (const revision of present) {
      if (revisions.has(revision.id)) continue
      revisions.set(revision.id, revision)
      index.set(revision.id, fromString(revision.id, 'base16'))
    }
  }
  const add = (candidates: readonly Revision[], origin: string) => {
    document.transact(() => {
      for (const { id, bytes } of candidates) if (!root.has(id)) root.set(id, bytes)
    }, origin)
    note(candidates)
  }
  /** True when Yjs would take over all of the update now; else it would hold it back, or pass over what it thinks it has. */
  const fits = ({ revisions: candidates, begins }: InspectedUpdate): boolean =>
    candidates.every(({ id }) => !root.has(id)) &&
    [...begins].every(([client, clock]) => Y.getState(document.store, client) === clock)

  return {
    index,
    get: (id) => revisions.get(id) ?? null,
    ids: () => [...revisions.keys()].sort(),
    revisions: () => revisions.values(),
    add,
    inspect: (update) => inspectUpdate(update, hash),
    merge: (inspected, origin) => {
      if (fits(inspected)) {
        Y.applyUpdate(document, inspected.update, origin)
        // An update that begins one client twice makes Yjs wait for what will never come.
        document.store.pendingStructs = null
      }
      add(inspected.revisions, origin)
    },
    onUpdate: (listener) => {
      document.on('update', (update: Uint8Array, origin: unknown) => listener(update, origin as string))
    },
  }
}
