/** Reads an update of the catalogue: `readMapUpdate`, and each value is a revision under its own id. */
import { readMapUpdate, refuseUpdate } from './map-update.ts'
import { parseRevision, type Revision } from './revision.ts'
import type { Hash } from './signed.ts'

/** Name of the one root of the document. */
export const ROOT = 'revisions'

export interface InspectedUpdate {
  readonly update: Uint8Array
  readonly revisions: readonly Revision[]
  /** Client -> clock of its first struct in the update. */
  readonly begins: ReadonlyMap<number, number>
}

/** @throws `updateRefused`, `revisionInvalid`, `revisionTooLarge` */
export const inspectUpdate = (update: Uint8Array, hash: Hash): InspectedUpdate => {
  const { entries, begins } = readMapUpdate(update, ROOT)
  const revisions = entries.map(([key, value]) => {
    const revision = parseRevision(value, hash)
    if (revision.id !== key) throw refuseUpdate('a key is not the hash of its value')
    return revision
  })
  return { update, revisions, begins }
}
