/** The conflict ledger: which edits lost against a head of the same time. Derived, never stored; see docs/design/conflicts.md. */
import type { DecisionView, ObjectKey, RevisionId } from '../protocols/decisions/index.ts'

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
