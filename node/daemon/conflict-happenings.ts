import type { Happening } from '../../protocols/control/index.ts'
import type { DecisionView, ObjectKey, RevisionId } from '../../protocols/decisions/index.ts'

/** Gives a function that tells which conflicts of an object opened, and which were settled, since it was last asked. */
export const createConflictHappenings = (view: Pick<DecisionView, 'objects'>) => {
  /** As last seen, where there are any. */
  const seen = new Map<ObjectKey, readonly RevisionId[]>()
  return (object: ObjectKey): Happening[] => {
    const { head = '', conflicts = [] } = view.objects.get(object) ?? {}
    // So it is with nearly all, and after a snapshot all are asked for.
    if (conflicts.length === 0 && !seen.has(object)) return []
    const before = seen.get(object) ?? []
    if (conflicts.length > 0) seen.set(object, conflicts)
    else seen.delete(object)
    const told =
      (type: 'conflictOpened' | 'conflictSettled') =>
      (revision: RevisionId): Happening => ({ type, object, revision, head })
    return [
      ...conflicts.filter((id) => !before.includes(id)).map(told('conflictOpened')),
      ...before.filter((id) => !conflicts.includes(id)).map(told('conflictSettled')),
    ]
  }
}
