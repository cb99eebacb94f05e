/** What becomes of revisions that were written: looked at with each batch of the log, for a bounded time. */
import { CONFLICTS_MAX, HLC_AHEAD_MAX_MS, isCrowdedOut, type Revision } from '../../crdt/index.ts'
import { ACCEPT_MS_MAX, type AppliedRevision } from '../../protocols/control/index.ts'
import { isKept } from '../../protocols/decisions/index.ts'
import type { DeploymentComponents } from './types.ts'

const noMajority = `no majority of the voters accepted it within ${ACCEPT_MS_MAX / 1000} s`

const crowdedOut = `there are ${CONFLICTS_MAX} open conflicts of it already; settle some with coterie conflicts`

/** The edit was dated back by so much, to where the leader's clock was and a little beyond. */
const clockAhead = (byMs: number): string => {
  const seconds = Math.round((byMs + HLC_AHEAD_MAX_MS) / 1000)
  return `the clock here is ${seconds} s ahead of the leader's, so the edit was dated back; see coterie status`
}

/** As far as this node applied the log; pending while it may still be accepted. */
const fateOf = (
  { intent, decisions: { view } }: DeploymentComponents,
  revision: Revision,
): Pick<AppliedRevision, 'state' | 'reason'> => {
  const { id, object, hlc } = revision
  const accepted = view.objects.get(object)
  if (accepted?.conflicts.includes(id)) {
    return { state: 'accepted', reason: 'another edit was made at the same time, is later, and counts' }
  }
  if (accepted?.head === id && accepted.hlc.wallMs < hlc.wallMs)
    return { state: 'accepted', reason: clockAhead(hlc.wallMs - accepted.hlc.wallMs) }
  if (accepted !== undefined && isKept(accepted, id)) return { state: 'accepted', reason: null }
  if (intent.pending(view).some((each) => each.id === id))
    return { state: 'pending', reason: isCrowdedOut(view, revision) ? crowdedOut : noMajority }
  return { state: 'refused', reason: `${object} was changed meanwhile` }
}

/** Resolves when each revision is accepted or refused, when it took `ACCEPT_MS_MAX`, or when `signal` aborts. */
export const fatesOf = (
  components: DeploymentComponents,
  revisions: readonly Revision[],
  signal: AbortSignal,
): Promise<AppliedRevision[]> =>
  new Promise((resolve) => {
    const look = (): AppliedRevision[] =>
      revisions.map((revision) => ({
        object: revision.object,
        revision: revision.id,
        ...fateOf(components, revision),
      }))
    const end = (fates: AppliedRevision[]) => {
      cancel()
      unsubscribe()
      signal.removeEventListener('abort', giveUp)
      resolve(fates)
    }
    const giveUp = () => end(look())
    const onBatch = () => {
      const fates = look()
      if (fates.every(({ state }) => state !== 'pending')) end(fates)
    }
    const cancel = components.clock.after(ACCEPT_MS_MAX, giveUp)
    const unsubscribe = components.decisions.onBatch(onBatch)
    signal.addEventListener('abort', giveUp)
    if (signal.aborted) giveUp()
    else onBatch()
  })
