/** Which of two generations wins, and which number a member may give to the next one. */
import type { NodeId } from '../wire/index.ts'
import { FIRST_GENERATION, GENERATION_NUMBER_MAX, type Generation } from './record.ts'

/**
 * Members take turns at numbers, as with the ballots of Paxos (Lamport, 1998): recoveries at two members at once have two
 * numbers. Beyond so many members numbers are shared, and the id decides.
 */
export const NUMBERS_SHARED_BY = 64

export const numberOf = (generation: Generation | null): number => generation?.number ?? FIRST_GENERATION

export const isSameGeneration = (one: Generation | null, other: Generation | null): boolean =>
  one?.number === other?.number && one?.id === other?.id

/** Whether `one` wins over `other`; null is the first generation. */
export const isNewer = (one: Generation | null, other: Generation | null): boolean => {
  if (one === null || other === null) return one !== null
  return one.number === other.number ? one.id > other.id : one.number > other.number
}

/**
 * The number of the next generation after `last`, at the member of that rank: 0 is the longest a member.
 * Null when there are no more.
 */
export const nextNumber = (last: Generation | null, rank: number): number | null => {
  const number = numberOf(last) + 1 + (rank % NUMBERS_SHARED_BY)
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
