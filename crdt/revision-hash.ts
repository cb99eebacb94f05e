import type { RevisionId } from '../protocols/decisions/index.ts'
import { ITEM_HASH_BYTES } from './buckets.ts'

/** What a hexadecimal digit stands for, by its character. */
const digitOf = (character: number): number => (character & 0xf) + (character >>> 6) * 9

/** What counts in an index of the hash that a revision's id is. */
export const itemHashOf = (id: RevisionId): Uint8Array => {
  const hash = new Uint8Array(ITEM_HASH_BYTES)
  for (let at = 0; at < ITEM_HASH_BYTES; at++)
    hash[at] = (digitOf(id.charCodeAt(2 * at)) << 4) | digitOf(id.charCodeAt(2 * at + 1))
  return hash
}
