/** Revisions that were not accepted: those that still may be, and those that never can be. */
import {
  type DecisionView,
  isKept,
  isTrimmed,
  type ObjectKey,
  type RevisionId,
} from '../protocols/decisions/index.ts'
import { atOnce, type Slices } from '../protocols/wire/index.ts'
import type { Catalogue } from './catalogue.ts'
import { compareHlc } from './hlc.ts'
import { keptAndHeld } from './kept-and-held.ts'
import type { Revision } from './revision.ts'

/** The revisions among which is sought: all that are held, or those of `createUnaccepted`. */
type Held = Pick<Catalogue, 'get' | 'revisions'>
type Objects = Pick<DecisionView, 'objects'>
/** What is accepted, and whose revisions never are. */
type Judged = Pick<DecisionView, 'objects' | 'edges'>

export interface Unaccepted {
  /**
   * May be accepted: no edge node wrote them, no accepted one descends from them, the head that they insist on, if any, is still the head, and
   * the one that they keep, if any, is the head, or is held and was not accepted yet.
   */
  readonly pending: readonly Revision[]
  /** Never can be. What keeps a head that nobody here holds is neither: that one may be on its way, or was trimmed. */
  readonly over: readonly Revision[]
}

/** All from which one of `roots` descends, as far as the chain is held. */
const ancestorsOf = (catalogue: Held, roots: readonly RevisionId[]): ReadonlySet<RevisionId> => {
  const seen = new Set<RevisionId>()
  const walk = [...roots]
  for (let id = walk.pop(); id !== undefined; id = walk.pop()) {
    if (seen.has(id)) continue
    seen.add(id)
    walk.push(...(catalogue.get(id)?.parents ?? []))
  }
  return seen
}

/** By object, where there are any; what was trimmed and is about to be dropped is left out. */
export const unacceptedRevisions = (catalogue: Held, view: Judged): Map<ObjectKey, Unaccepted> => {
  const byObject = new Map<ObjectKey, Revision[]>()
  for (const revision of catalogue.revisions()) {
    const { object, id } = revision
    const accepted = view.objects.get(object)
    if (accepted !== undefined && (accepted.head === id || isKept(accepted, id))) continue
    if (isTrimmed(view, revision)) continue
    const others = byObject.get(object)
    if (others === undefined) byObject.set(object, [revision])
    else others.push(revision)
  }
  return new Map(
    [...byObject].map(([object, revisions]) => [object, sort(catalogue, view, object, revisions)]),
  )
}

/** Of the same time, in the order of their ids: whatever way they came, the order is one. */
const oldestFirst = (a: Revision, b: Revision): number => compareHlc(a.hlc, b.hlc) || (a.id < b.id ? -1 : 1)

const sort = (
  catalogue: Held,
  { objects, edges }: Judged,
  object: ObjectKey,
  revisions: readonly Revision[],
): Unaccepted => {
  const present = objects.get(object)
  const { head = null, hlc: since = null, history = [], conflicts = [], past = [] } = present ?? {}
  const settled = ancestorsOf(catalogue, [...history, ...conflicts, ...past])
  /** A head that was succeeded never is the head again. */
  const mayBeHead = (id: RevisionId) => id === head || present === undefined || !isKept(present, id)
  const isOver = ({ id, author, ifHead }: Revision) =>
    settled.has(id) || edges.has(author) || (ifHead !== undefined && ifHead !== head)
  /** Parents are older than their children, and a head is succeeded by what is later alone. */
  const standingOfKeep = ({ parents, hlc }: Revision) => {
    if (parents.some((id) => id === head || (mayBeHead(id) && catalogue.get(id) !== null))) return 'pending'
    const isPassed = since !== null && compareHlc(since, hlc) > 0
    return isPassed || !parents.some(mayBeHead) ? 'over' : 'unknown'
  }
  const { pending = [], over = [] } = Object.groupBy(revisions.toSorted(oldestFirst), (each) => {
    if (isOver(each)) return 'over'
    return each.body.type === 'keep' ? standingOfKeep(each) : 'pending'
  })
  return { pending, over }
}

/**
 * Keeps in mind which revisions no decision keeps, for nobody may read a hundred thousand to find the few: told of each that
 * comes, it drops those that were accepted when it is asked.
 */
export const createUnaccepted = (catalogue: Pick<Catalogue, 'get' | 'index'>) => {
  const open = new Set<RevisionId>()
  let isCounted = false
  let counting: Slices<void> | null = null
  /** What the last count found decisions to keep that was not held. */
  let missing: readonly RevisionId[] = []

  function* count({ objects }: Objects): Slices<void> {
    const found = yield* keptAndHeld(objects, catalogue.index)
    for (const id of found.unkept) open.add(id)
    missing = found.missing
    isCounted = true
    counting = null
  }

  function* revisions({ objects }: Objects): Generator<Revision> {
    for (const id of open) {
      const revision = catalogue.get(id)
      const accepted = revision === null ? undefined : objects.get(revision.object)
      if (revision === null || (accepted !== undefined && isKept(accepted, id))) open.delete(id)
      else yield revision
    }
  }

  return {
    /** To be told of every revision that comes to be held. */
    add: (revisions: readonly Pick<Revision, 'id'>[]): void => {
      for (const { id } of revisions) open.add(id)
    },
    /**
     * To be done when another log took the place of the one before: looks at everything, by its name alone. Gives those that
     * decisions keep and that are not held.
     */
    *recount(view: Objects): Slices<readonly RevisionId[]> {
      const own = count(view)
      counting = own
      // Whoever cannot wait brings it to its end in between (`of`), and then nothing comes of it here.
      yield* own
      return missing
    },
    /** The revisions that are held and that no decision keeps: not accepted yet, never to be, or trimmed. */
    of: (view: Objects): Held => {
      if (!isCounted) atOnce(counting ?? count(view))
      return { get: catalogue.get, revisions: () => revisions(view) }
    },
  }
}

/** The revisions that may still be accepted, oldest first. */
export const pendingRevisions = (catalogue: Held, view: Judged): Revision[] =>
  [...unacceptedRevisions(catalogue, view).values()].flatMap(({ pending }) => pending).sort(oldestFirst)

/** What edge nodes wrote, oldest first, until it is trimmed: an edge node runs what others want, and wants nothing itself. */
export const refusedRevisions = (catalogue: Held, view: Judged): Revision[] =>
  view.edges.size === 0
    ? []
    : [...unacceptedRevisions(catalogue, view).values()]
        .flatMap(({ over }) => over.filter(({ author }) => view.edges.has(author)))
        .sort(oldestFirst)
