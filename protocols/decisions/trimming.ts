/** Which revisions of an object are kept, and how old ones go for ever. Pure; see docs/design/trimming.md. */
import { isLater } from './hlc.ts'
import type { ObjectKey, Outcome, RevisionId, Written } from './names.ts'
import type { AcceptedObject, Objects, RevisionsTrimmed } from './revisions.ts'

/** Whether the revision was accepted and is not trimmed. */
export const isKept = ({ history, conflicts, past }: AcceptedObject, revision: RevisionId): boolean =>
  history.includes(revision) || conflicts.includes(revision) || past.includes(revision)

/** Whether more of the object is kept than its history, or of a removed one, than its removal. */
export const isAging = ({ past, removed, history }: AcceptedObject): boolean =>
  past.length > 0 || (removed && history.length > 1)

/** Whether a revision that `present` does not keep is gone: its author's clock was passed by a trimming. */
export const isBelowTrimmed = ({ trimmed }: AcceptedObject, { author, hlc }: Written): boolean =>
  trimmed.some((last) => last.author === author && isLater(last.hlc, hlc))

/** Whether the revision was trimmed, and so is to be dropped and taken from nobody. */
export const isTrimmed = (
  { objects }: { readonly objects: Objects },
  revision: Written & { readonly id: RevisionId; readonly object: ObjectKey },
): boolean => {
  const present = objects.get(revision.object)
  return present !== undefined && isBelowTrimmed(present, revision) && !isKept(present, revision.id)
}

/** What may not be trimmed now: of an object that is gone, its history may. */
const isProtected = (
  { removed, head, history, conflicts }: AcceptedObject,
  inUse: ReadonlySet<RevisionId>,
  revision: RevisionId,
): boolean =>
  revision === head ||
  (!removed && history.includes(revision)) ||
  conflicts.includes(revision) ||
  inUse.has(revision)

/** `trimmed` with the clock of one more revision. */
const withClock = (trimmed: readonly Written[], written: Written): readonly Written[] => {
  const last = trimmed.find(({ author }) => author === written.author)
  if (last !== undefined && isLater(last.hlc, written.hlc)) return trimmed
  return [...trimmed.filter((each) => each !== last), written]
}

/** The object after the trimming, or why it is refused as a whole. `inUse`: the revisions of its tasks. */
export const trimRevisions = (
  present: AcceptedObject | undefined,
  { object, revisions }: RevisionsTrimmed,
  inUse: ReadonlySet<RevisionId>,
): { readonly outcome: Outcome; readonly object: AcceptedObject | undefined } => {
  const refuse = (reason: string) => ({ outcome: { ok: false, reason }, object: present })
  if (present === undefined) return refuse(`${object} was never accepted`)
  const needed = revisions.find(({ revision }) => isProtected(present, inUse, revision))
  if (needed !== undefined) return refuse(`revision ${needed.revision.slice(0, 12)} of ${object} is needed`)
  const gone = new Set(revisions.map(({ revision }) => revision))
  return {
    outcome: { ok: true },
    object: {
      ...present,
      history: present.history.filter((id) => !gone.has(id)),
      past: present.past.filter((id) => !gone.has(id)),
      trimmed: revisions.map(({ written }) => written).reduce(withClock, present.trimmed),
    },
  }
}
