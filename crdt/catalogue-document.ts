/** The Yjs document of the catalogue: one map from revision id to bytes. The only file that edits it. */
import * as Y from 'yjs'
import type { RevisionId } from '../protocols/decisions/index.ts'
import { type InspectedUpdate, ROOT } from './catalogue-update.ts'
import type { Revision } from './revision.ts'

/** Deleted keys that a document may hold before it is built anew: fewer are not worth the work. */
export const DEAD_KEYS_MAX = 1_000

/** Client ids of Yjs have 32 bits. */
const CLIENT_IDS = 2 ** 32

export interface CatalogueDocument {
  /** Puts in what is new. */
  add(revisions: readonly Revision[], origin: string): void
  /** Applies an inspected update where Yjs would take over all of it now; puts in what is missing otherwise. */
  merge(inspected: InspectedUpdate, origin: string): void
  /**
   * Takes out what is there. Yjs never gives back the memory of deleted keys, so a document of which more than half is dead
   * is built anew from `kept`, under the next client id.
   */
  remove(ids: readonly RevisionId[], origin: string, kept: () => Iterable<Revision>): void
  onUpdate(listener: (update: Uint8Array, origin: string) => void): void
}

export const openDocument = (firstClientId: number): CatalogueDocument => {
  const listeners: ((update: Uint8Array, origin: string) => void)[] = []
  let clientId = firstClientId
  let dead = 0

  const open = (): Y.Doc => {
    const made = new Y.Doc({ guid: 'catalogue' })
    made.clientID = clientId
    made.on('update', (update: Uint8Array, origin: unknown) => {
      for (const listener of listeners) listener(update, origin as string)
    })
    return made
  }
  let document = open()
  const root = () => document.getMap<Uint8Array>(ROOT)

  const add = (revisions: Iterable<Revision>, origin: string) =>
    document.transact(() => {
      for (const { id, bytes } of revisions) if (!root().has(id)) root().set(id, bytes)
    }, origin)

  /** Yjs would hold back what does not go on where it knows the client, and pass over what it thinks it has. */
  const fits = ({ revisions, begins }: InspectedUpdate): boolean =>
    revisions.every(({ id }) => !root().has(id)) &&
    [...begins].every(([client, clock]) => Y.getState(document.store, client) === clock)

  return {
    add,
    merge: (inspected, origin) => {
      if (fits(inspected)) {
        Y.applyUpdate(document, inspected.update, origin)
        // An update that begins one client twice makes Yjs wait for what will never come.
        document.store.pendingStructs = null
      }
      add(inspected.revisions, origin)
    },
    remove: (ids, origin, kept) => {
      document.transact(() => {
        for (const id of ids) {
          if (!root().has(id)) continue
          root().delete(id)
          dead++
        }
      }, origin)
      if (dead < DEAD_KEYS_MAX || dead <= root().size) return
      clientId = (clientId + 1) % CLIENT_IDS
      dead = 0
      document.destroy()
      document = open()
      add(kept(), origin)
    },
    onUpdate: (listener) => void listeners.push(listener),
  }
}
