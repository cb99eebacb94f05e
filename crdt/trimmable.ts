/** Which old revisions the leader may propose to trim. See docs/design/trimming.md. */
import {
  type AcceptedObject,
  type Decision,
  type DecisionView,
  type RevisionId,
  TRIMMED_MAX,
} from '../protocols/decisions/index.ts'
import type { Catalogue } from './catalogue.ts'
import { compareHlc } from './hlc.ts'
import { type Revision, writtenOf } from './revision.ts'
import { type Unaccepted, unacceptedRevisions } from './unaccepted.ts'

type Trimming = Extract<Decision, { type: 'revisionsTrimmed' }>

/** How long the history of an object outlives its removal: who removed it by mistake notices within a week. */
export const REMOVED_KEPT_MS = 7 * 24 * 60 * 60 * 1000

/** Of one object, looked at in one go, oldest first: each is compared with all others, and the rest goes with the next look. */
const OVER_MAX = 256

const NOTHING: Unaccepted = { pending: [], over: [] }

/** The accepted revisions of an object that are not kept for their own sake. */
const outdated = ({ removed, head, hlc, history, past }: AcceptedObject, wallMs: number): RevisionId[] =>
  removed && wallMs - hlc.wallMs > REMOVED_KEPT_MS
    ? [...past, ...history.filter((id) => id !== head)]
    : [...past]

/**
 * The candidates that may go, each after those of `over` that must not outlive it: its parents, which would look as if
 * they could still be accepted, and what its author wrote before it, which goes with it. Where one of those stays, it stays.
 */
const inOrder = (
  over: readonly Revision[],
  old: readonly Revision[],
  mayGo: (candidate: Revision) => boolean,
): Revision[] => {
  const waiting = new Map<RevisionId, number>()
  const followers = new Map<RevisionId, Revision[]>()
  const candidates = [...over, ...old]
  for (const candidate of candidates) {
    const first = over.filter(
      (other) => other !== candidate && (candidate.parents.includes(other.id) || isEarlier(other, candidate)),
    )
    waiting.set(candidate.id, first.length)
    for (const { id } of first) {
      const known = followers.get(id)
      if (known === undefined) followers.set(id, [candidate])
      else known.push(candidate)
    }
  }
  const going: Revision[] = []
  const ready = candidates.filter(({ id }) => waiting.get(id) === 0)
  for (const candidate of ready) {
    if (!mayGo(candidate)) continue
    going.push(candidate)
    for (const follower of followers.get(candidate.id) ?? []) {
      const rest = (waiting.get(follower.id) ?? 0) - 1
      waiting.set(follower.id, rest)
      if (rest === 0) ready.push(follower)
    }
  }
  return going
}

/** Whether trimming `later` would take `earlier` along. */
const isEarlier = (earlier: Revision, later: Revision): boolean =>
  earlier.author === later.author && compareHlc(earlier.hlc, later.hlc) <= 0

/** Whether a candidate must not go before one of `later`, at which nobody looks yet. */
const outlives = (later: readonly Revision[]): ((candidate: Revision) => boolean) => {
  const ids = new Set(later.map(({ id }) => id))
  const firstOf = new Map<string, Revision>()
  for (const each of later) if (!firstOf.has(each.author)) firstOf.set(each.author, each)
  return (candidate) => {
    const first = firstOf.get(candidate.author)
    return candidate.parents.some((id) => ids.has(id)) || (first !== undefined && isEarlier(first, candidate))
  }
}

/** The trimmings to propose now, as they come: the caller takes as many as it wants. `wallMs`: the leader's clock. */
export function* trimmableRevisions(
  catalogue: Pick<Catalogue, 'get' | 'revisions'>,
  view: Pick<DecisionView, 'objects' | 'edges' | 'aging' | 'tasksOf'>,
  wallMs: number,
): Generator<Trimming> {
  const unaccepted = unacceptedRevisions(catalogue, view)
  for (const object of new Set([...view.aging, ...unaccepted.keys()])) {
    const accepted = view.objects.get(object)
    if (accepted === undefined) continue
    const { pending, over } = unaccepted.get(object) ?? NOTHING
    const old = outdated(accepted, wallMs).flatMap((id) => catalogue.get(id) ?? [])
    if (over.length + old.length === 0) continue
    const inUse = Array.from(view.tasksOf(object), ({ revision }) => revision)
    const needed = new Set([...inUse, ...accepted.conflicts, ...pending.flatMap(({ parents }) => parents)])
    const mustStay = outlives(over.slice(OVER_MAX))
    const going = inOrder(
      over.slice(0, OVER_MAX),
      old,
      (candidate) =>
        !needed.has(candidate.id) &&
        !mustStay(candidate) &&
        !pending.some((each) => isEarlier(each, candidate)),
    )
    for (let at = 0; at < going.length; at += TRIMMED_MAX) {
      const revisions = going
        .slice(at, at + TRIMMED_MAX)
        .map((each) => ({ revision: each.id, written: writtenOf(each) }))
      yield { type: 'revisionsTrimmed', object, revisions }
    }
  }
}
