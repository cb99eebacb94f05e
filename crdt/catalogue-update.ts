/**
 * Reads an update of the catalogue from another node without applying it.
 *
 * Guarantees: what comes back would add revisions under their own ids to the one map, and nothing else. Everything
 * else that an update can say (deletes, other roots, nested types, other content, neighbours) is refused.
 */
import * as Y from 'yjs'
import { CoterieError } from '../protocols/errors/index.ts'
import { parseRevision, type Revision } from './revision.ts'
import type { Hash } from './signed.ts'

/** One update, format V1: V2 can hold a reader for seconds. */
export const UPDATE_BYTES_MAX = 1024 * 1024

/** Name of the one root of the document. */
export const ROOT = 'revisions'

export interface InspectedUpdate {
  readonly update: Uint8Array
  readonly revisions: readonly Revision[]
  /** Client -> clock of its first struct in the update. */
  readonly begins: ReadonlyMap<number, number>
}

const refuse = (detail: string): CoterieError => new CoterieError('updateRefused', { detail })

/** @throws `updateRefused`, `revisionInvalid`, `revisionTooLarge` */
export const inspectUpdate = (update: Uint8Array, hash: Hash): InspectedUpdate => {
  if (update.byteLength > UPDATE_BYTES_MAX) throw refuse(`it has over ${UPDATE_BYTES_MAX} bytes`)
  const { structs, ds } = decodeUpdate(update)
  if (ds.clients.size > 0) throw refuse('it deletes')
  if (structs.length === 0) throw refuse('it says nothing')
  const begins = new Map<number, number>()
  const ends = new Map<number, number>()
  const revisions = structs.map((struct) => {
    const { client, clock } = struct.id
    if ((ends.get(client) ?? clock) !== clock) throw refuse('it has gaps')
    if (!begins.has(client)) begins.set(client, clock)
    ends.set(client, clock + struct.length)
    return readStruct(struct, hash)
  })
  if (new Set(revisions.map(({ id }) => id)).size < revisions.length) throw refuse('it says a key twice')
  return { update, revisions, begins }
}

const decodeUpdate = (update: Uint8Array) => {
  try {
    return Y.decodeUpdate(update)
  } catch (error) {
    throw refuse((error as Error).message)
  }
}

/** The revision that the struct adds as the first value of its own id in the root. */
const readStruct = (struct: ReturnType<typeof decodeUpdate>['structs'][number], hash: Hash): Revision => {
  if (!(struct instanceof Y.Item)) throw refuse('it holds something other than an item')
  const { parent, parentSub, content, origin, rightOrigin } = struct
  if (origin !== null || rightOrigin !== null) throw refuse('it overwrites')
  // Before it is applied, the parent of an item is the name of a root or the id of another item.
  if ((parent as unknown) !== ROOT || parentSub === null)
    throw refuse('it is not about a key of the catalogue')
  if (!(content instanceof Y.ContentBinary)) throw refuse('it holds something other than bytes')
  const revision = parseRevision(content.content, hash)
  if (revision.id !== parentSub) throw refuse('a key is not the hash of its value')
  return revision
}
