/** The conflict ledger in the words of the API, and its settling by one more revision. See docs/design/conflicts.md. */
import { isDeepStrictEqual } from 'node:util'
import { conflictLedger, type Conflict as Entry, PARENTS_MAX, type Revision } from '../../crdt/index.ts'
import type {
  Applied,
  Conflict,
  ConflictDetail,
  Conflicts,
  SettleRequest,
  WrittenRevision,
} from '../../protocols/control/index.ts'
import type { RevisionId } from '../../protocols/decisions/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { parentsOf } from './apply.ts'
import { checkAuthor } from './check-author.ts'
import { checkBody } from './check-body.ts'
import { fatesOf } from './fates.ts'
import { specChanges } from './spec-changes.ts'
import type { DeploymentComponents, NewRevision } from './types.ts'
import { writtenRevision } from './written-revision.ts'

/** Which side stays. */
export type Settlement = 'accept' | 'revert'

const detailOf = (components: DeploymentComponents, { object, head, lost }: Entry): ConflictDetail => {
  const sides = { head: writtenRevision(components, head), lost: writtenRevision(components, lost) }
  const isHere = sides.head.written !== null && sides.lost.written !== null
  const fields = isHere ? specChanges(sides.head.spec, sides.lost.spec) : null
  return { object, ...sides, fields }
}

const withoutSpec = ({ spec: _, ...side }: WrittenRevision): Conflict['head'] => side

export const listConflicts = (components: DeploymentComponents): Conflicts => ({
  conflicts: conflictLedger(components.decisions.view).map((entry): Conflict => {
    const detail = detailOf(components, entry)
    return { ...detail, head: withoutSpec(detail.head), lost: withoutSpec(detail.lost) }
  }),
})

/** The revision that settled the conflict and its object, as long as it is kept; the one that lost may be trimmed. */
const settlingOf = ({ decisions, intent }: DeploymentComponents, lost: RevisionId): Revision | null => {
  for (const { history, past } of decisions.view.objects.values()) {
    for (const id of [...history, ...past]) {
      const revision = intent.revision(id)
      if (revision !== null && revision.parents.length > 1 && revision.parents.includes(lost)) return revision
    }
  }
  return null
}

/** The open conflict in which that revision lost. @throws `conflictUnknown`, `conflictSettled` */
const entryOf = (components: DeploymentComponents, lost: RevisionId): Entry => {
  const entry = conflictLedger(components.decisions.view).find((each) => each.lost === lost)
  if (entry !== undefined) return entry
  const by = settlingOf(components, lost)
  if (by === null) throw new CoterieError('conflictUnknown', { conflict: lost })
  throw new CoterieError('conflictSettled', { object: by.object, conflict: lost, by: by.id })
}

/** @throws `conflictUnknown`, `conflictSettled` */
export const showConflict = (components: DeploymentComponents, lost: RevisionId): ConflictDetail =>
  detailOf(components, entryOf(components, lost))

/** What settles it so. @throws `revisionMissing` where the content to put back is not here */
const settlingRevision = (
  { intent }: DeploymentComponents,
  { object, head, lost }: Entry,
  settlement: Settlement,
  pending: readonly Revision[],
  { ifHead, via = 'api' }: SettleRequest,
): NewRevision => {
  // Whoever keeps a head means the one that is there now: another one was not seen.
  if (settlement === 'accept')
    return { object, body: { type: 'keep' }, parents: [head, lost], via, ifHead: head }
  const body = intent.revision(lost)?.body
  if (body === undefined) throw new CoterieError('revisionMissing', { revisions: [lost] })
  const parents = [head, lost, ...parentsOf(object, pending, null)].slice(0, PARENTS_MAX)
  return { object, body, parents, via, ...(ifHead === undefined ? {} : { ifHead }) }
}

/**
 * Writes the revision that settles the conflict, unless the same is pending, and waits within bounds for its acceptance.
 * @throws `conflictUnknown`, `conflictSettled`, `headMoved`, `meshVersionNeeded`, `revisionMissing`, `storeFailed`
 */
export const settleConflict = async (
  components: DeploymentComponents,
  lost: RevisionId,
  settlement: Settlement,
  request: SettleRequest,
  { signal }: { readonly signal: AbortSignal },
): Promise<Applied> => {
  const { intent, decisions } = components
  checkAuthor(decisions.view, components.self)
  const entry = entryOf(components, lost)
  const { object, head } = entry
  const { ifHead = head } = request
  if (ifHead !== head) throw new CoterieError('headMoved', { object, expected: ifHead, head })
  const pending = intent.pending(decisions.view).filter((revision) => revision.object === object)
  const wanted = settlingRevision(components, entry, settlement, pending, request)
  checkBody(decisions.view, wanted.body)
  const same = pending.find(
    (revision) =>
      revision.parents.includes(lost) &&
      revision.ifHead === wanted.ifHead &&
      isDeepStrictEqual(revision.body, wanted.body),
  )
  return { revisions: await fatesOf(components, [same ?? (await intent.write(wanted))], signal) }
}
