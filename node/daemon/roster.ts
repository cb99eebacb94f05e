import type { DecisionView } from '../../protocols/decisions/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { DecisionService } from '../decisions/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { RevokedNodes } from '../revocations/index.ts'

/** An identity that leaves is answered before its connections are closed. */
export const REMOVAL_GRACE_MS = 1_000

/** How long a node that joined waits for the log to tell it so. */
const ADMISSION_TIMEOUT_MS = 20_000

export interface RosterComponents {
  readonly self: NodeId
  readonly decisions: Pick<DecisionService, 'view' | 'onApplied' | 'onRestored' | 'onBatch'>
  readonly clock: Clock
  /** Who is none, whatever the log says; absent where nobody ever is. */
  readonly revoked?: RevokedNodes
  /** Told who is a member, whenever that changes. */
  setMembers(members: ReadonlySet<NodeId>): void
}

/**
 * Who may speak to this node: members as the log tells, and whom it knew before and the log did not remove. An old log
 * begins with members that may be long gone, and the node that it is followed from may stand at its end.
 */
const rosterOf = (
  { nodes, removedNodes }: DecisionView,
  self: NodeId,
  known: readonly NodeId[],
): Set<NodeId> => new Set([...nodes.keys(), ...[self, ...known].filter((node) => !removedNodes.has(node))])

/** Says who is a member, now and after each batch of the log that changes it. `known`: members before this life. */
export const followRoster = (
  { self, decisions, clock, revoked, setMembers }: RosterComponents,
  known: readonly NodeId[],
): void => {
  let changed = false
  let told: ReadonlySet<NodeId> = new Set()
  const tell = () => {
    told = rosterOf(decisions.view, self, known)
    setMembers(revoked === undefined ? told : new Set([...told].filter((node) => !revoked.has(node))))
  }
  tell()
  revoked?.onChange(tell)
  decisions.onApplied(({ decision }) => {
    // Most admissions say again what is known.
    if (decision.type === 'nodeAdmitted' && !told.has(decision.node)) changed = true
    if (decision.type === 'nodeRemoved') clock.after(REMOVAL_GRACE_MS, tell)
  })
  decisions.onRestored(() => {
    changed = true
  })
  // Once a batch: a roster that grew entry by entry would cut off, for a moment, those whom the next entries admit.
  decisions.onBatch(() => {
    if (changed) tell()
    changed = false
  })
}

/** Resolves once the log, as followed here, says that this node is a member. @throws `noQuorum`, the signal's reason */
export const awaitAdmission = (
  { self, decisions, clock }: Pick<RosterComponents, 'self' | 'decisions' | 'clock'>,
  signal: AbortSignal,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const look = () => {
      if (decisions.view.nodes.has(self)) settle(resolve)
    }
    const giveUp = () => settle(() => reject(signal.reason))
    const settle = (told: () => void) => {
      cancel()
      end()
      signal.removeEventListener('abort', giveUp)
      told()
    }
    const end = decisions.onBatch(look)
    const cancel = clock.after(ADMISSION_TIMEOUT_MS, () =>
      settle(() => reject(new CoterieError('noQuorum', { waitedMs: ADMISSION_TIMEOUT_MS }))),
    )
    signal.addEventListener('abort', giveUp)
    if (signal.aborted) giveUp()
    else look()
  })
