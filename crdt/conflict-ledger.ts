/** The conflict ledger: which edits lost against a head of the same time. Derived, never stored; see docs/design/conflicts.md. */
import type { DecisionView, ObjectKey, RevisionId } from '../protocols/decisions/index.ts'
import type { Revision } from './revision.ts'

/** Open conflicts of one object, beyond which none is opened: more than a person looks through, and less than a log should carry. */
export const CONFLICTS_MAX = 64

/** Whether accepting the revision would open a conflict where there are as many as may be; one that settles some may always come. */
export const isCrowdedOut = (
  { objects }: Pick<DecisionView, 'objects'>,
  { object, parents }: Pick<Revision, 'object' | 'parents'>,
): boolean => {
  const present = objects.get(object)
  if (present === undefined || present.conflicts.length < CONFLICTS_MAX) return false
  return ![present.head, ...present.conflicts].some((id) => parents.includes(id))
}

export interface Conflict {
  readonly object: ObjectKey
  readonly head: RevisionId
  /** The revision that lost. */
  readonly lost: RevisionId
}

/** Every open conflict, of removed objects too, by object; of one object in the order in which they were accepted. */
export const conflictLedger = ({ objects }: Pick<DecisionView, 'objects'>): Conflict[] =>
  [...objects.values()]
    .flatMap(({ object, head, conflicts }) => conflicts.map((lost) => ({ object, head, lost })))
    .sort((a, b) => (a.object === b.object ? 0 : a.object < b.object ? -1 : 1))
