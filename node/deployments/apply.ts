import { isDeepStrictEqual } from 'node:util'
import { PARENTS_MAX, type Revision } from '../../crdt/index.ts'
import type { Applied, ApplyRequest } from '../../protocols/control/index.ts'
import { type ObjectKey, type RevisionId, targetIn } from '../../protocols/decisions/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { serviceKey } from '../../protocols/spec/index.ts'
import { carryRestarts } from './carry-restarts.ts'
import { checkAuthor } from './check-author.ts'
import { checkBody } from './check-body.ts'
import { checkPolicy } from './check-policy.ts'
import { checkPorts } from './check-ports.ts'
import { fatesOf } from './fates.ts'
import type { DeploymentComponents, NewRevision } from './types.ts'

/** One change of the request: what is to be written, or null where the head says the same. */
interface Step {
  readonly object: ObjectKey
  readonly head: RevisionId | null
  readonly write: NewRevision | null
}

/**
 * What a new revision succeeds: the accepted head, and what is pending and not built upon, the newest of it where that is much. The head
 * too, because what is pending may be refused.
 */
export const parentsOf = (
  object: ObjectKey,
  pending: readonly Revision[],
  head: RevisionId | null,
): RevisionId[] => {
  const own = pending.filter((revision) => revision.object === object)
  const built = new Set(own.flatMap(({ parents }) => parents))
  const tips = own.filter(({ id }) => !built.has(id)).map(({ id }) => id)
  return [...(head === null ? [] : [head]), ...tips.slice(1 - PARENTS_MAX)]
}

const stepsOf = (
  { decisions, intent, ownPorts, policy }: DeploymentComponents,
  request: ApplyRequest,
): Step[] => {
  const { project, changes, remove, via = 'api' } = request
  checkPorts(
    { decisions, intent, ownPorts },
    changes.map(({ spec }) => spec),
    new Set(remove.map(({ name }) => serviceKey(project, name))),
  )
  const pending = intent.pending(decisions.view)
  const accepted = (object: ObjectKey) => decisions.view.objects.get(object)
  const present = (object: ObjectKey) => {
    const found = accepted(object)
    return found === undefined || found.removed ? null : found
  }
  const insist = (object: ObjectKey, ifHead: RevisionId | null | undefined) => {
    const head = accepted(object)?.head ?? null
    if (ifHead === undefined) return {}
    // Whoever insists that there is none means a service that is gone, too.
    const expected = ifHead === null && present(object) === null ? head : ifHead
    if (expected !== head) throw new CoterieError('headMoved', { object, expected: ifHead, head })
    return { ifHead: expected }
  }
  /** What the change succeeds: the head, or what the person took for it. */
  const succeeded = (object: ObjectKey, seen: RevisionId | null | undefined) => {
    const head = accepted(object)?.head ?? null
    // Whoever saw none saw a service that is gone, too.
    const isHead = seen === undefined || (seen === null && present(object) === null)
    return parentsOf(object, pending, isHead ? head : seen)
  }
  const written = changes.map(({ spec: given, ifHead, seen }): Step => {
    const object = serviceKey(project, given.name)
    const parents = succeeded(object, seen)
    const checked = insist(object, ifHead)
    const current = present(object)
    const spec = carryRestarts(given, current && intent.resolveSpec(current.head))
    const isPending = pending.some((revision) => revision.object === object)
    // What was taken back from its head is to be written anew, to begin again.
    const same =
      current !== null &&
      !isPending &&
      targetIn(decisions.view, object) === current.head &&
      isDeepStrictEqual(intent.resolveSpec(current.head), spec)
    const revision: NewRevision = { object, body: { type: 'spec', spec }, parents, via, ...checked }
    checkBody(decisions.view, revision.body)
    checkPolicy(policy, spec)
    return { object, head: current?.head ?? null, write: same ? null : revision }
  })
  const removed = remove.map(({ name, ifHead, seen }): Step => {
    const object = serviceKey(project, name)
    if (present(object) === null && !pending.some((revision) => revision.object === object)) {
      throw new CoterieError('serviceUnknown', { service: `${project}/${name}`, near: [] })
    }
    const parents = succeeded(object, seen)
    return {
      object,
      head: null,
      write: { object, body: { type: 'removal' }, parents, via, ...insist(object, ifHead) },
    }
  })
  return [...written, ...removed]
}

/** Writes what differs and waits, within bounds, for its acceptance. See `Deployments.apply` for its errors. */
export const apply = async (
  components: DeploymentComponents,
  request: ApplyRequest,
  { signal }: { readonly signal: AbortSignal },
): Promise<Applied> => {
  checkAuthor(components.decisions.view, components.self)
  const steps = stepsOf(components, request)
  const written = new Map<ObjectKey, Revision>()
  for (const { object, write } of steps)
    if (write !== null) written.set(object, await components.intent.write(write))
  const fates = await fatesOf(components, [...written.values()], signal)
  return {
    revisions: steps.map(
      ({ object, head }) =>
        fates.find((fate) => fate.object === object) ?? {
          object,
          revision: head as RevisionId,
          state: 'unchanged',
          reason: null,
        },
    ),
  }
}
