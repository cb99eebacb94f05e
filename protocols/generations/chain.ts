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

/** A place in a log. */
interface Place {
  readonly index: number
  readonly term: number
}

/**
 * Whether an entry of the log of the generation at the end of `older` may be missing in that of `newer`: it stands after
 * the place at which the two part, or has a later term. Exact for what was committed before they parted: such an entry, up to
 * that place and of a term up to its own, is in the log that went on from there (leader completeness, log matching).
 */
export const isOnlyOlders = (
  older: readonly GenerationRecord[],
  newer: readonly GenerationRecord[],
  hash: Hash,
): ((entry: Place) => boolean) => {
  const shared = newer.findIndex((record, at) => {
    const own = older[at]
    return own === undefined || !isSameGeneration(generationOf(own, hash), generationOf(record, hash))
  })
  const parting = newer[shared]
  if (shared < 0 || parting === undefined) return () => false
  const { index, term } = parting.from
  const ownIndex = older[shared]?.from.index ?? index
  return (entry) => entry.index > Math.min(index, ownIndex) || entry.term > term
}
