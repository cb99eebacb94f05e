import type { ConsensusView } from '../../protocols/consensus/index.ts'
import type { DecisionView } from '../../protocols/decisions/index.ts'
import { CoterieError, type ErrorData } from '../../protocols/errors/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Halt } from '../decisions/index.ts'
import type { StoreWrites } from '../metrics/index.ts'

/** Committed entries that may wait to be applied: some tenths of a second's worth. */
const BEHIND_MAX = 1_000
/** A disk that takes longer for one write hangs. */
const WRITE_MS_MAX = 10_000

export interface ReadinessComponents {
  readonly self: NodeId
  readonly decisions: { readonly view: DecisionView; readonly halt: Halt | null }
  readonly consensus: { view(): Pick<ConsensusView, 'leader' | 'commitIndex' | 'supersededBy'> }
  readonly writes: Pick<StoreWrites, 'failure' | 'oldestMs'>
}

type Unready = ErrorData<'notReady'>['reasons'][number]

const asMember = ({ self, decisions: { view } }: ReadinessComponents): Unready[] => {
  if (view.nodes.has(self)) return []
  if (view.removedNodes.has(self))
    return [{ reason: 'it was removed from the mesh', next: 'Let it join again, with a new data directory' }]
  return [{ reason: 'it is no member of the mesh yet', next: 'Wait until the leader has admitted it' }]
}

const asFollower = ({ decisions, consensus }: ReadinessComponents): Unready[] => {
  const { leader, commitIndex, supersededBy } = consensus.view()
  const { halt, view } = decisions
  if (halt !== null)
    return [
      {
        reason: `it is too old to follow the log beyond entry ${halt.index}`,
        next: 'Update Coterie on this node',
      },
    ]
  if (supersededBy !== null)
    return [
      {
        reason: `it waits for the log of generation ${supersededBy.number}`,
        next: 'Connect it with a member of that generation',
      },
    ]
  const behind = commitIndex - view.appliedIndex
  return [
    ...(leader === null
      ? [{ reason: 'it knows of no leader', next: 'Run coterie voters to see who is missing' }]
      : []),
    ...(behind > BEHIND_MAX
      ? [{ reason: `it is ${behind} entries behind the log`, next: 'Wait until it has caught up' }]
      : []),
  ]
}

const asStore = ({ writes }: ReadinessComponents): Unready[] => {
  const failure = writes.failure()
  if (failure !== null)
    return [
      {
        reason: 'its store takes no more writes',
        next: 'Read its log, make room on its disk and start it again',
      },
    ]
  const waitedMs = writes.oldestMs()
  if (waitedMs < WRITE_MS_MAX) return []
  const seconds = Math.floor(waitedMs / 1000)
  return [
    {
      reason: `a write to its store has waited for ${seconds} s`,
      next: 'Look at the disk of its data directory',
    },
  ]
}

/** Whether this node may be sent work; see docs/design/metrics.md. */
export const createReadiness = (components: ReadinessComponents) => {
  const reasons = (): Unready[] => [
    ...asMember(components),
    ...asFollower(components),
    ...asStore(components),
  ]
  return {
    reasons,
    isReady: (): boolean => reasons().length === 0,
    check: (): void => {
      const [first, ...others] = reasons()
      if (first !== undefined) throw new CoterieError('notReady', { reasons: [first, ...others] })
    },
  }
}

export type Readiness = ReturnType<typeof createReadiness>
