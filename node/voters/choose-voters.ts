/**
 * Who should vote. Pure: the same members give the same voters.
 *
 * One voter up to two members, three from three on; never two, because then either's death stops the mesh.
 * A voter keeps its vote until it drains or leaves; the number grows when members do, and shrinks only when
 * voters leave on purpose and nobody can take their place. A set whose majority is silent is never asked for: it
 * could not even confirm itself.
 */
import type { NodeId } from '../../protocols/wire/index.ts'

export interface VoterCandidate {
  readonly node: NodeId
  readonly alive: boolean
  readonly draining: boolean
  /** Index of its admission: of two equal ones the older member votes. */
  readonly admittedIndex: number
}

const VOTERS_WANTED = 3

/** The voters that should be, given those that are; the same array when nothing is to be changed. */
export const chooseVoters = (
  present: readonly NodeId[],
  members: readonly VoterCandidate[],
): readonly NodeId[] => {
  const staying = new Map(members.filter((member) => !member.draining).map((member) => [member.node, member]))
  const isAlive = (node: NodeId): boolean => staying.get(node)?.alive === true
  const kept = present.filter((node) => staying.has(node))
  const willing = [...staying.values()]
    .filter((member) => member.alive && !kept.includes(member.node))
    .sort((a, b) => a.admittedIndex - b.admittedIndex || (a.node < b.node ? -1 : 1))
    .map((member) => member.node)
  const count = kept.length + willing.length
  const size = count >= VOTERS_WANTED ? Math.max(VOTERS_WANTED, odd(kept.length)) : 1
  // Where not all can stay, those go who are silent.
  const ranked = size < kept.length ? kept.toSorted((a, b) => +isAlive(b) - +isAlive(a)) : kept
  const leavers = kept.length < present.length
  if (size < present.length && !leavers) return present
  const chosen = [...ranked, ...willing].slice(0, size)
  if (chosen.filter(isAlive).length * 2 <= chosen.length) return present
  const same = chosen.length === present.length && chosen.every((node) => present.includes(node))
  return same ? present : chosen
}

/** The greatest odd number that is not above `count`. */
const odd = (count: number): number => (count % 2 === 1 ? count : count - 1)
