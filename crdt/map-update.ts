/**
 * Reads an update of a document from another node without applying it.
 *
 * Guarantees: what comes back would add values of bytes under keys that have none to the one map, and nothing else.
 * Everything else that an update can say (deletes, other roots, nested types, other content, neighbours) is refused.
 */
import * as Y from 'yjs'
import { CoterieError } from '../protocols/errors/index.ts'

/** One update, format V1: V2 can hold a reader for seconds. */
export const UPDATE_BYTES_MAX = 1024 * 1024

export interface MapUpdate {
  readonly entries: readonly (readonly [key: string, value: Uint8Array])[]
  /** Client -> clock of its first struct in the update. */
  readonly begins: ReadonlyMap<number, number>
}

export const refuseUpdate = (detail: string): CoterieError => new CoterieError('updateRefused', { detail })

/** `root`: the name of the map. @throws `updateRefused` */
export const readMapUpdate = (update: Uint8Array, root: string): MapUpdate => {
  if (update.byteLength > UPDATE_BYTES_MAX) throw refuseUpdate(`it has over ${UPDATE_BYTES_MAX} bytes`)
  const { structs, ds } = decodeUpdate(update)
  if (ds.clients.size > 0) throw refuseUpdate('it deletes')
  if (structs.length === 0) throw refuseUpdate('it says nothing')
  const begins = new Map<number, number>()
  const ends = new Map<number, number>()
  const entries = structs.map((struct) => {
    const { client, clock } = struct.id
    if ((ends.get(client) ?? clock) !== clock) throw refuseUpdate('it has gaps')
    if (!begins.has(client)) begins.set(client, clock)
    ends.set(client, clock + struct.length)
    return readStruct(struct, root)
  })
  if (new Set(entries.map(([key]) => key)).size < entries.length) throw refuseUpdate('it says a key twice')
  return { entries, begins }
}

const decodeUpdate = (update: Uint8Array) => {
  try {
    return Y.decodeUpdate(update)
  } catch (error) {
    throw refuseUpdate((error as Error).message)
  }
}

/** What the struct adds as the first value of its key in the root. */
const readStruct = (
  struct: ReturnType<typeof decodeUpdate>['structs'][number],
  root: string,
): readonly [key: string, value: Uint8Array] => {
  if (!(struct instanceof Y.Item)) throw refuseUpdate('it holds something other than an item')
  const { parent, parentSub, content, origin, rightOrigin } = struct
  if (origin !== null || rightOrigin !== null) throw refuseUpdate('it overwrites')
  // Before it is applied, the parent of an item is the name of a root or the id of another item.
  if ((parent as unknown) !== root || parentSub === null)
    throw refuseUpdate('it is not about a key of the document')
  if (!(content instanceof Y.ContentBinary)) throw refuseUpdate('it holds something other than bytes')
  return [parentSub, content.content]
}
