/** How the head of an object moves when a revision of it is accepted. Pure; see docs/design/decisions.md. */
import type { AcceptedObject, Decision, Hlc, Outcome } from './types.ts'

/** Revisions of one object that can be rolled back to. */
export const HISTORY_LENGTH_MAX = 10

type Accepted = Extract<Decision, { type: 'revisionAccepted' }>

const isLater = (a: Hlc, b: Hlc): boolean =>
  a.wallMs > b.wallMs || (a.wallMs === b.wallMs && a.counter >= b.counter)

/**
 * The object after `decision`, or why it is refused.
 *
 * A revision that names the present head as a parent succeeds it. Otherwise the two are concurrent: the later
 * one by hybrid logical clock is the head (ties by log index: the newcomer), the other joins the conflicts.
 * Naming a conflict as a parent settles it.
 */
export const moveHead = (
  present: AcceptedObject | undefined,
  decision: Accepted,
): { readonly outcome: Outcome; readonly object: AcceptedObject | undefined } => {
  const { revision, object, parents, hlc, removed, ifHead } = decision
  if (ifHead !== undefined && ifHead !== (present?.head ?? null)) {
    return {
      outcome: {
        ok: false,
        reason: `${object} is at revision ${present?.head.slice(0, 12) ?? 'none'}, not the one given`,
      },
      object: present,
    }
  }
  if (present === undefined) {
    const first = { object, head: revision, hlc, removed, conflicts: [], history: [revision] }
    return { outcome: { ok: true }, object: first }
  }
  if (present.history.includes(revision) || present.conflicts.includes(revision)) {
    return { outcome: { ok: true }, object: present }
  }
  const open = present.conflicts.filter((id) => !parents.includes(id))
  const succeeds = parents.includes(present.head)
  if (!succeeds && !isLater(hlc, present.hlc)) {
    return { outcome: { ok: true }, object: { ...present, conflicts: [...open, revision] } }
  }
  return {
    outcome: { ok: true },
    object: {
      object,
      head: revision,
      hlc,
      removed,
      conflicts: succeeds ? open : [...open, present.head],
      history: [revision, ...present.history].slice(0, HISTORY_LENGTH_MAX),
    },
  }
}
