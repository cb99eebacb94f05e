/**
 * The Yjs document of the catalogue: one map from revision id to bytes, of what came lately. The only file that edits it.
 *
 * What came before lies packed beside it (`packed-records.ts`), where a key takes a third of the memory: an update names no
 * neighbours, so that nothing in the document needs what is not in it any more.
 */
import * as Y from 'yjs'
import type { RevisionId } from '../protocols/decisions/index.ts'
import { type InspectedUpdate, ROOT } from './catalogue-update.ts'
import type { Revision } from './revision.ts'

/** Keys after which the document is begun anew: fewer are not worth the work, and more of them would be felt. */
export const KEYS_MAX = 1_000

/** Client ids of Yjs have 32 bits. */
const CLIENT_IDS = 2 ** 32

export interface CatalogueDocument {
  /** Puts in what is new. */
  add(revisions: readonly Revision[], origin: string): void
  /** Applies an inspected update where Yjs would take over all of it now; puts in what is missing otherwise. */
  merge(inspected: InspectedUpdate, origin: string): void
  /** Takes out what is there. */
  remove(ids: readonly RevisionId[], origin: string): void
  onUpdate(listener: (update: Uint8Array, origin: string) => void): void
}

/** `isHeld`: whether a revision is here, in the document or beside it, before what is to be put in. */
export const openDocument = (
  firstClientId: number,
  isHeld: (id: RevisionId) => boolean,
): CatalogueDocument => {
  const listeners: ((update: Uint8Array, origin: string) => void)[] = []
  let clientId = firstClientId
  /** Those that were deleted included: Yjs never gives back their memory. */
  let keys = 0

  const open = (): Y.Doc => {
    const made = new Y.Doc({ guid: 'catalogue' })
    made.clientID = clientId
    made.on('update', (update: Uint8Array, origin: unknown) => {
      for (const listener of listeners) listener(update, origin as string)
    })
    return made
  }
  /** Null until something is put in: what a node restores lies beside it. */
  let present: Y.Doc | null = null
  const document = (): Y.Doc => {
    present ??= open()
    return present
  }
  const root = () => document().getMap<Uint8Array>(ROOT)
  const isNew = (id: RevisionId): boolean => !root().has(id) && !isHeld(id)

  /** Under the next client id: one that is used again loses data silently and for good. */
  const makeRoom = () => {
    if (keys < KEYS_MAX) return
    present?.destroy()
    clientId = (clientId + 1) % CLIENT_IDS
    present = null
    keys = 0
  }

  const put = (revisions: readonly Revision[], origin: string) =>
    document().transact(() => {
      for (const { id, bytes } of revisions) {
        if (!isNew(id)) continue
        root().set(id, bytes)
        keys++
      }
    }, origin)

  /** Yjs would hold back what does not go on where it knows the client, and pass over what it thinks it has. */
  const fits = ({ revisions, begins }: InspectedUpdate): boolean =>
    revisions.every(({ id }) => isNew(id)) &&
    [...begins].every(([client, clock]) => Y.getState(document().store, client) === clock)

  return {
    add: (revisions, origin) => {
      makeRoom()
      put(revisions, origin)
    },
    merge: (inspected, origin) => {
      makeRoom()
      if (fits(inspected)) {
        Y.applyUpdate(document(), inspected.update, origin)
        keys += inspected.revisions.length
        // An update that begins one client twice makes Yjs wait for what will never come.
        document().store.pendingStructs = null
      }
      put(inspected.revisions, origin)
    },
    remove: (ids, origin) =>
      document().transact(() => {
        for (const id of ids) if (root().has(id)) root().delete(id)
      }, origin),
    onUpdate: (listener) => void listeners.push(listener),
  }
}
