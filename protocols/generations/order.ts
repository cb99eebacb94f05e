/** Which of two generations wins, and which number a member may give to the next one. */
import type { NodeId } from '../wire/index.ts'
import { FIRST_GENERATION, GENERATION_NUMBER_MAX, type Generation } from './record.ts'

/**
 * Members share the numbers out, as with the ballots of Paxos (Lamport, 1998): no two ever take the same one. Beyond so many
 * members some do, and the id decides.
 */
const NUMBERS_SHARED_BY = 64

export const numberOf = (generation: Generation | null): number => generation?.number ?? FIRST_GENERATION

export const isSameGeneration = (one: Generation | null, other: Generation | null): boolean =>
  one?.number === other?.number && one?.id === other?.id

/** Whether `one` wins over `other`; null is the first generation. */
export const isNewer = (one: Generation | null, other: Generation | null): boolean => {
  if (one === null || other === null) return one !== null
  return one.number === other.number ? one.id > other.id : one.number > other.number
}

/**
 * The next number after `last` that belongs to the member of that rank: 0 is the longest a member, and has 2, 66, 130 and so on.
 * Null when there are no more.
 */
export const nextNumber = (last: Generation | null, rank: number): number | null => {
  const least = numberOf(last) + 1
  const own = FIRST_GENERATION + 1 + (rank % NUMBERS_SHARED_BY)
  const number = own + Math.max(0, Math.ceil((least - own) / NUMBERS_SHARED_BY)) * NUMBERS_SHARED_BY
  return number > GENERATION_NUMBER_MAX ? null : number
}

/** The rank of `node` among members by their admission. */
export const rankOf = (
  members: Iterable<{ readonly node: NodeId; readonly admittedIndex: number }>,
  node: NodeId,
): number => {
  const all = [...members]
  const own = all.find((member) => member.node === node)?.admittedIndex ?? Number.POSITIVE_INFINITY
  return all.filter(({ admittedIndex }) => admittedIndex < own).length
}
