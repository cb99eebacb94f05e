/**
 * Who should vote. Pure: the same members give the same voters. docs/design/voters.md has the rules and their reasons.
 *
 * One voter, three or five; never two, because then either's death stops the mesh. A set whose majority is silent is
 * never asked for: it could not even confirm itself.
 */
import type { MemberRole } from '../../protocols/decisions/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'

export interface VoterCandidate {
  readonly node: NodeId
  /** An edge node votes only where no full node is left for the seat. */
  readonly role: MemberRole
  readonly alive: boolean
  /** For how long it has been alive, or silent, as this node sees it. */
  readonly forMs: number
  /** Null for this node itself, and where none was measured. */
  readonly rttMs: number | null
  readonly draining: boolean
  /** It catches up, to vote. */
  readonly isLearner: boolean
  /** Index of its admission: of two equal ones the older member votes. */
  readonly admittedIndex: number
}

/** A voter that is silent for so long loses its seat to one that is alive for so long. */
export const STEADY_MS = 60_000

/** From so many members that stay on, one may die and the others decide. */
const MEMBERS_FOR_THREE = 3

/** From so many steady full nodes on, two may be away at a time: each decision costs two more disks. */
const STEADY_FOR_FIVE = 7

/** Round trips that differ by less are equal. */
const RTT_STEP_MS = 10

const isSteady = ({ alive, forMs }: VoterCandidate): boolean => alive && forMs >= STEADY_MS
const isGone = ({ alive, forMs }: VoterCandidate): boolean => !alive && forMs >= STEADY_MS
const isFull = ({ role }: VoterCandidate): boolean => role === 'full'
const couldLead = (member: VoterCandidate): boolean => isFull(member) && member.alive

/** The greatest odd number that is not above `count`. */
const odd = (count: number): number => (count % 2 === 1 ? count : count - 1)

/** Sorts those first for whom it holds. */
const first = (holds: boolean): number => (holds ? 0 : 1)

const rttStep = ({ rttMs }: VoterCandidate): number => Math.floor((rttMs ?? 0) / RTT_STEP_MS)

/** Who gets a free seat before whom. */
const byFitness = (a: VoterCandidate, b: VoterCandidate): number =>
  first(isFull(a)) - first(isFull(b)) ||
  first(a.isLearner) - first(b.isLearner) ||
  first(isSteady(a)) - first(isSteady(b)) ||
  rttStep(a) - rttStep(b) ||
  a.admittedIndex - b.admittedIndex ||
  (a.node < b.node ? -1 : 1)

/**
 * Who may vote: not who drains, unless edge nodes and the dead alone would be left. Those plan nothing, so nobody would even give
 * away what runs on the draining node.
 */
const stayingOf = (members: readonly VoterCandidate[]): readonly VoterCandidate[] => {
  const staying = members.filter((member) => !member.draining)
  return staying.some(couldLead) ? staying : members.filter((member) => !member.draining || couldLead(member))
}

/** How many should vote, where so many can: the number falls only with those who go on purpose. */
const seatsFor = (present: number, staying: readonly VoterCandidate[], count: number): number => {
  if (count < MEMBERS_FOR_THREE) return 1
  const wanted =
    staying.filter((member) => isFull(member) && isSteady(member)).length >= STEADY_FOR_FIVE ? 5 : 3
  return Math.max(wanted, Math.min(present, odd(count)))
}

/**
 * The voters that stay, each of them, or who takes its seat: what is taken is no longer among the `candidates`. Where edge
 * nodes alone are left to lead, a full node need not be steady.
 */
const seated = (kept: readonly VoterCandidate[], candidates: VoterCandidate[]): VoterCandidate[] => {
  const take = (fits: (member: VoterCandidate) => boolean): VoterCandidate | undefined => {
    const at = candidates.findIndex(fits)
    return at === -1 ? undefined : candidates.splice(at, 1)[0]
  }
  const heard = kept.map((voter) => (isGone(voter) ? (take(isSteady) ?? voter) : voter))
  let canLead = heard.some(couldLead)
  return heard.map((voter) => {
    if (isFull(voter)) return voter
    const full = take((member) => isFull(member) && (isSteady(member) || !canLead))
    canLead ||= full !== undefined
    return full ?? voter
  })
}

/** The voters that should be, given those that are; the same array when nothing is to be changed. */
export const chooseVoters = (
  present: readonly NodeId[],
  members: readonly VoterCandidate[],
): readonly NodeId[] => {
  const staying = stayingOf(members)
  const kept = present.flatMap((node) => staying.find((member) => member.node === node) ?? [])
  const candidates = staying.filter((member) => member.alive && !kept.includes(member)).sort(byFitness)
  const seats = seatsFor(present.length, staying, kept.length + candidates.length)
  const held = seated(kept, candidates)
  // Where not all can stay, those go who are silent, and then edge nodes.
  const ranked =
    seats < held.length
      ? held.toSorted((a, b) => first(a.alive) - first(b.alive) || first(isFull(a)) - first(isFull(b)))
      : held
  const replaced = kept.filter((voter) => !held.includes(voter))
  const chosen = [...ranked, ...candidates, ...replaced].slice(0, seats)
  if (chosen.filter(({ alive }) => alive).length * 2 <= chosen.length) return present
  const same = chosen.length === present.length && chosen.every(({ node }) => present.includes(node))
  return same ? present : chosen.map(({ node }) => node)
}
