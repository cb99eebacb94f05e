/** The records of one generation after the other, oldest first: what proves a generation to those who know an older one. */

import { isSameGeneration } from './order.ts'
import { GENERATIONS_MAX, type Generation, type GenerationRecord, generationOf } from './record.ts'

type Hash = (bytes: Uint8Array) => Uint8Array

/** The generation that the last record begins; null for no record. */
export const lastOf = (chain: readonly GenerationRecord[], hash: Hash): Generation | null => {
  const last = chain.at(-1)
  return last === undefined ? null : generationOf(last, hash)
}

/** Whether each record follows the one before, from the first generation on, in one mesh. Signatures are not looked at. */
export const isChain = (chain: readonly GenerationRecord[], hash: Hash): boolean => {
  let before: Generation | null = null
  for (const record of chain) {
    if (record.mesh !== chain[0]?.mesh || record.number <= (before?.number ?? 0)) return false
    if (!isSameGeneration(record.parent, before)) return false
    before = generationOf(record, hash)
  }
  return chain.length <= GENERATIONS_MAX
}

/** Where the logs of two generations part. */
export interface Parting {
  /** Up to here both hold the same, as far as it is of a term up to `term`. */
  readonly index: number
  readonly term: number
}

/** Where the log of the generation at the end of `newer` parts from that of `older`; null where it holds all of it. */
export const partingOf = (
  older: readonly GenerationRecord[],
  newer: readonly GenerationRecord[],
  hash: Hash,
): Parting | null => {
  const at = newer.findIndex((record, place) => {
    const own = older[place]
    return own === undefined || !isSameGeneration(generationOf(own, hash), generationOf(record, hash))
  })
  const from = newer[at]?.from
  if (from === undefined) return null
  return { index: Math.min(from.index, older[at]?.from.index ?? from.index), term: from.term }
}

/**
 * Whether an entry of the older log may be missing in the newer one: it stands after their parting, or has a later term.
 * Exact for what was committed before they parted: such an entry, up to that place and of a term up to its own, is in the
 * log that went on from there (leader completeness, log matching).
 */
export const isOnlyOlders = (
  parting: Parting,
  entry: { readonly index: number; readonly term: number },
): boolean => entry.index > parting.index || entry.term > parting.term
