/** What was accepted of each object. */

import { eachInSlices, type Slices } from '../wire/index.ts'
import { moveHead } from './heads.ts'
import { type ObjectKey, type Outcome, type RevisionId, SLICE_ROWS } from './names.ts'
import type { AcceptedObject, Objects, RevisionAccepted, RevisionsTrimmed } from './revisions.ts'
import { isAging, trimRevisions } from './trimming.ts'

/** Objects by their key, and those of them that are aging. */
const createTable = () => {
  const all = new Map<ObjectKey, AcceptedObject>()
  const aging = new Set<ObjectKey>()
  return {
    all: all as Objects,
    aging: aging as ReadonlySet<ObjectKey>,
    keep: (row: AcceptedObject): void => {
      all.set(row.object, row)
      if (isAging(row)) aging.add(row.object)
      else aging.delete(row.object)
    },
  }
}

export const createObjects = () => {
  let table = createTable()

  const put = ({ outcome, object }: { outcome: Outcome; object: AcceptedObject | undefined }): Outcome => {
    if (object !== undefined) table.keep(object)
    return outcome
  }

  return {
    get all() {
      return table.all
    },
    get aging() {
      return table.aging
    },
    accept: (decision: RevisionAccepted): Outcome => put(moveHead(table.all.get(decision.object), decision)),
    /** `inUse`: the revisions of its tasks. */
    trim: (decision: RevisionsTrimmed, inUse: ReadonlySet<RevisionId>): Outcome =>
      put(trimRevisions(table.all.get(decision.object), decision, inUse)),
    /** Gives what puts these in place of all that there are. */
    *prepare(rows: Iterable<AcceptedObject>): Slices<() => void> {
      const fresh = createTable()
      yield* eachInSlices(rows, SLICE_ROWS, fresh.keep)
      return () => {
        table = fresh
      }
    },
  }
}
