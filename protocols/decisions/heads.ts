/** How the head of an object moves when a revision of it is accepted. Pure; see docs/design/decisions.md. */
import { isLater } from './hlc.ts'
import type { Outcome, RevisionId } from './names.ts'
import { type AcceptedObject, NOTHING, type RevisionAccepted } from './revisions.ts'
import { isBelowTrimmed, isKept } from './trimming.ts'

/** Revisions of one object that can be rolled back to. */
export const HISTORY_LENGTH_MAX = 10

interface Moved {
  readonly outcome: Outcome
  readonly object: AcceptedObject | undefined
}

const short = (revision: RevisionId | undefined): string => revision?.slice(0, 12) ?? 'none'

/** Why the revision cannot be accepted now; null where it can. */
const refusalOf = (
  present: AcceptedObject | undefined,
  { revision, object, parents, ifHead, keeps, written }: RevisionAccepted,
): string | null => {
  if (ifHead !== undefined && ifHead !== (present?.head ?? null))
    return `${object} is at revision ${short(present?.head)}, not the one given`
  if (keeps && (present === undefined || !parents.includes(present.head)))
    return `${object} is at revision ${short(present?.head)}, which is not the one to keep`
  if (present !== undefined && written !== undefined && isBelowTrimmed(present, written))
    return `revision ${short(revision)} is older than what is kept of ${object}`
  return null
}

/** `after` with all in the past that `before` knew, or that came with it, and that is neither history nor conflict now. */
const withPast = (
  after: Omit<AcceptedObject, 'past'>,
  before: AcceptedObject,
  revision: RevisionId,
): AcceptedObject => {
  const kept = new Set([...after.history, ...after.conflicts])
  const known = new Set([revision, ...before.history, ...before.conflicts, ...before.past])
  return { ...after, past: [...known].filter((id) => !kept.has(id)) }
}

/**
 * The object after `decision`, or why it is refused.
 *
 * A revision that names the present head as a parent succeeds it, or keeps it where it says so. Otherwise the two
 * are concurrent: the later one by hybrid logical clock is the head (ties by log index: the newcomer), the other
 * joins the conflicts. Naming a conflict as a parent settles it.
 */
export const moveHead = (present: AcceptedObject | undefined, decision: RevisionAccepted): Moved => {
  const { revision, object, parents, hlc, removed, keeps = false } = decision
  const accepted = (after: AcceptedObject): Moved => ({ outcome: { ok: true }, object: after })
  if (present !== undefined && isKept(present, revision)) return accepted(present)
  const reason = refusalOf(present, decision)
  if (reason !== null) return { outcome: { ok: false, reason }, object: present }
  const head = { object, head: revision, hlc, removed }
  if (present === undefined)
    return accepted({ ...head, conflicts: NOTHING, history: [revision], past: NOTHING, trimmed: NOTHING })
  const open = present.conflicts.filter((id) => !parents.includes(id))
  const becoming = (change: Partial<AcceptedObject>): Moved =>
    accepted(withPast({ ...present, ...change }, present, revision))
  if (keeps) return becoming({ conflicts: open })
  const succeeds = parents.includes(present.head)
  if (!succeeds && !isLater(hlc, present.hlc)) {
    return becoming({ conflicts: [...open, revision] })
  }
  return becoming({
    ...head,
    conflicts: succeeds ? open : [...open, present.head],
    history: [revision, ...present.history].slice(0, HISTORY_LENGTH_MAX),
  })
}
