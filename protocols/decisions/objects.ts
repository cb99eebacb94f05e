/** What was accepted of each object. */
import { moveHead } from './heads.ts'
import type { ObjectKey, Outcome, RevisionId } from './names.ts'
import type { AcceptedObject, Objects, RevisionAccepted, RevisionsTrimmed } from './revisions.ts'
import { trimRevisions } from './trimming.ts'

export const createObjects = () => {
  const objects = new Map<ObjectKey, AcceptedObject>()

  const put = ({ outcome, object }: { outcome: Outcome; object: AcceptedObject | undefined }): Outcome => {
    if (object !== undefined) objects.set(object.object, object)
    return outcome
  }

  return {
    all: objects as Objects,
    accept: (decision: RevisionAccepted): Outcome => put(moveHead(objects.get(decision.object), decision)),
    /** `inUse`: the revisions of its tasks. */
    trim: (decision: RevisionsTrimmed, inUse: ReadonlySet<RevisionId>): Outcome =>
      put(trimRevisions(objects.get(decision.object), decision, inUse)),
    restore: (rows: Iterable<AcceptedObject>): void => {
      objects.clear()
      for (const row of rows) objects.set(row.object, row)
    },
  }
}
