/** Revisions that were not accepted: those that still may be, and those that never can be. */
import {
  type DecisionView,
  isKept,
  isTrimmed,
  type ObjectKey,
  type RevisionId,
} from '../protocols/decisions/index.ts'
import type { Catalogue } from './catalogue.ts'
import { compareHlc } from './hlc.ts'
import type { Revision } from './revision.ts'

type Held = Pick<Catalogue, 'get' | 'revisions'>
type Objects = Pick<DecisionView, 'objects'>

export interface Unaccepted {
  /**
   * May still be accepted: no accepted one descends from them, the head that they insist on, if any, is still the head, and
   * the one that they keep, if any, is the head or was not accepted yet.
   */
  readonly pending: readonly Revision[]
  /** Never can be. */
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
export const unacceptedRevisions = (catalogue: Held, view: Objects): Map<ObjectKey, Unaccepted> => {
  const byObject = new Map<ObjectKey, Revision[]>()
  // One look at each of a hundred thousand, nearly all of which are the heads of their objects.
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

const sort = (
  catalogue: Held,
  { objects }: Objects,
  object: ObjectKey,
  revisions: readonly Revision[],
): Unaccepted => {
  const present = objects.get(object)
  const { head = null, history = [], conflicts = [], past = [] } = present ?? {}
  const settled = ancestorsOf(catalogue, [...history, ...conflicts, ...past])
  /** A head that was succeeded never is the head again. */
  const mayBeHead = (id: RevisionId) => id === head || present === undefined || !isKept(present, id)
  const mayCome = ({ id, ifHead, body, parents }: Revision) =>
    !settled.has(id) &&
    (ifHead === undefined || ifHead === head) &&
    (body.type !== 'keep' || parents.some(mayBeHead))
  const { pending = [], over = [] } = Object.groupBy(revisions, (each) =>
    mayCome(each) ? 'pending' : 'over',
  )
  return { pending, over }
}

/** The revisions that may still be accepted, oldest first. */
export const pendingRevisions = (catalogue: Held, view: Objects): Revision[] =>
  [...unacceptedRevisions(catalogue, view).values()]
    .flatMap(({ pending }) => pending)
    .sort((a, b) => compareHlc(a.hlc, b.hlc))
