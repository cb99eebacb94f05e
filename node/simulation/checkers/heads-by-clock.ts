import type { Hlc, ObjectKey, RevisionId } from '../../../protocols/decisions/index.ts'
import type { CreateChecker } from '../observation.ts'
import { firstApplied } from './first-seen.ts'

const isEarlier = (a: Hlc, b: Hlc): boolean =>
  a.wallMs < b.wallMs || (a.wallMs === b.wallMs && a.counter < b.counter)

/** Of two concurrent revisions the later one is the head, in whatever order they were accepted. */
export const createHeadsByClock: CreateChecker = (world) => {
  const heads = new Map<ObjectKey, { readonly head: RevisionId; readonly hlc: Hlc }>()
  return {
    name: 'heads-by-clock',
    sees: ['first applied'],
    judge: firstApplied(({ index, decision, outcome }, node) => {
      if (decision.type !== 'revisionAccepted' || !outcome.ok) return null
      const { object, parents, hlc, revision } = decision
      const before = heads.get(object)
      // The view of this node stands at this very entry.
      const after = world.coreOf(node)?.planes.decisions.view.objects.get(object)
      if (after !== undefined) heads.set(object, { head: after.head, hlc: after.hlc })
      if (before === undefined || after === undefined || after.head !== revision) return null
      return !parents.includes(before.head) && isEarlier(hlc, before.hlc)
        ? `entry ${index} puts ${revision.slice(0, 8)} at the head of ${object} before the later ${before.head.slice(0, 8)}`
        : null
    }),
  }
}
