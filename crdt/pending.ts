import type { DecisionView, RevisionId } from '../protocols/decisions/index.ts'
import type { Catalogue } from './catalogue.ts'
import { compareHlc } from './hlc.ts'
import type { Revision } from './revision.ts'

/**
 * The revisions that may still be accepted, oldest first: no accepted one descends from them, and the head that they insist on,
 * if any, is still the head.
 */
export const pendingRevisions = (
  catalogue: Pick<Catalogue, 'get' | 'revisions'>,
  { objects }: Pick<DecisionView, 'objects'>,
): Revision[] => {
  const settled = new Set<RevisionId>()
  const walk = [...objects.values()].flatMap(({ history, conflicts }) => [...history, ...conflicts])
  for (let id = walk.pop(); id !== undefined; id = walk.pop()) {
    if (settled.has(id)) continue
    settled.add(id)
    walk.push(...(catalogue.get(id)?.parents ?? []))
  }
  const mayCome = ({ id, object, ifHead }: Revision): boolean =>
    !settled.has(id) && (ifHead === undefined || ifHead === (objects.get(object)?.head ?? null))
  return [...catalogue.revisions()].filter(mayCome).sort((a, b) => compareHlc(a.hlc, b.hlc))
}
