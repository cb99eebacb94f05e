/** What was accepted of each object. */
import { moveHead } from './heads.ts'
import type { ObjectKey, Outcome, RevisionId } from './names.ts'
import type { AcceptedObject, Objects, RevisionAccepted, RevisionsTrimmed } from './revisions.ts'
import { isAging, trimRevisions } from './trimming.ts'

export const createObjects = () => {
  const objects = new Map<ObjectKey, AcceptedObject>()
  const aging = new Set<ObjectKey>()

  const keep = (row: AcceptedObject): void => {
    objects.set(row.object, row)
    if (isAging(row)) aging.add(row.object)
    else aging.delete(row.object)
  }

  const put = ({ outcome, object }: { outcome: Outcome; object: AcceptedObject | undefined }): Outcome => {
    if (object !== undefined) keep(object)
    return outcome
  }

  return {
    all: objects as Objects,
    aging: aging as ReadonlySet<ObjectKey>,
    accept: (decision: RevisionAccepted): Outcome => put(moveHead(objects.get(decision.object), decision)),
    /** `inUse`: the revisions of its tasks. */
    trim: (decision: RevisionsTrimmed, inUse: ReadonlySet<RevisionId>): Outcome =>
      put(trimRevisions(objects.get(decision.object), decision, inUse)),
    restore: (rows: Iterable<AcceptedObject>): void => {
      objects.clear()
      aging.clear()
      for (const row of rows) keep(row)
    },
  }
}
