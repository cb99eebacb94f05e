import type { DecisionView } from '../../protocols/decisions/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Service } from '../ports/service.ts'
import { chooseVoters } from './choose-voters.ts'

/** How often the choice is looked at again, beside every change of members: catches a change that was dropped. */
const REVIEW_MS = 2_000

export interface VoterKeeperComponents {
  readonly consensus: {
    /** The voters of the newest configuration, or null while this node does not lead or a change is under way. */
    settledVoters(): readonly NodeId[] | null
    changeVoters(voters: readonly NodeId[]): void
    readonly self: NodeId
  }
  readonly decisions: { readonly view: DecisionView; onBatch(listener: () => void): () => void }
  readonly membership: { isAlive(node: NodeId): boolean; onChange(listener: () => void): () => void }
  readonly clock: Clock
  readonly logger: Logger
}

/** While this node leads: proposes the voters that `chooseVoters` wants, one change at a time. */
export const createVoterKeeper = (components: VoterKeeperComponents): Service => {
  const { consensus, decisions, membership, clock, logger } = components
  let ends: (() => void)[] = []
  let stopped = false

  const review = () => {
    const present = consensus.settledVoters()
    if (present === null) return
    const members = [...decisions.view.nodes.values()].map(({ node, draining, admittedIndex }) => ({
      node,
      draining,
      admittedIndex,
      alive: node === consensus.self || membership.isAlive(node),
    }))
    const wanted = chooseVoters(present, members)
    if (wanted === present) return
    logger.info({ present, wanted }, 'changing the voters')
    consensus.changeVoters(wanted)
  }

  const reviewLater = () => {
    if (stopped) return
    const cancel = clock.after(REVIEW_MS, () => {
      review()
      reviewLater()
    })
    ends[0]?.()
    ends[0] = cancel
  }

  return {
    start: async () => {
      stopped = false
      ends = [() => undefined, decisions.onBatch(review), membership.onChange(review)]
      reviewLater()
    },
    stop: async () => {
      stopped = true
      for (const end of ends) end()
    },
  }
}
