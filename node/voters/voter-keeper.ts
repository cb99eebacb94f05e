import type { ConsensusView } from '../../protocols/consensus/index.ts'
import type { AdmittedNode } from '../../protocols/decisions/index.ts'
import type { MemberView } from '../../protocols/membership/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Service } from '../ports/service.ts'
import { chooseVoters, type VoterCandidate } from './choose-voters.ts'

/** How often the choice is looked at again, beside every change of members: catches a change that was dropped. */
const REVIEW_MS = 2_000

type VotingNode = Pick<AdmittedNode, 'node' | 'role' | 'draining' | 'admittedIndex'>

export interface VoterKeeperComponents {
  readonly consensus: {
    view(): Pick<ConsensusView, 'role' | 'configuration' | 'votersWanted'>
    changeVoters(voters: readonly NodeId[]): void
    readonly self: NodeId
  }
  readonly decisions: {
    readonly view: { readonly nodes: ReadonlyMap<NodeId, VotingNode> }
    onBatch(listener: () => void): () => void
  }
  readonly membership: {
    member(node: NodeId): Pick<MemberView, 'state' | 'sinceMs' | 'rttMs'> | null
    onChange(listener: () => void): () => void
  }
  /** Who is to vote no more, before all else; absent where nobody ever is. */
  readonly revoked?: { has(node: NodeId): boolean; onChange(listener: () => void): () => void }
  readonly clock: Clock
  readonly logger: Logger
}

const sameMembers = (some: readonly NodeId[], others: readonly NodeId[]): boolean =>
  some.length === others.length && some.every((node) => others.includes(node))

/** While this node leads: proposes the voters that `chooseVoters` wants, in place of what it proposed before. */
export const createVoterKeeper = (components: VoterKeeperComponents): Service => {
  const { consensus, decisions, membership, revoked, clock, logger } = components
  let ends: (() => void)[] = []
  let cancelReview: () => void = () => undefined

  const eligible = (): VotingNode[] =>
    [...decisions.view.nodes.values()].filter(({ node }) => revoked?.has(node) !== true)

  const candidates = (learners: readonly NodeId[]): readonly VoterCandidate[] =>
    eligible().map(({ node, role, draining, admittedIndex }) => {
      const member = membership.member(node)
      return {
        node,
        role,
        draining,
        admittedIndex,
        isLearner: learners.includes(node),
        alive: node === consensus.self || member?.state === 'alive',
        forMs: member === null ? 0 : clock.nowMs() - member.sinceMs,
        rttMs: member?.rttMs ?? null,
      }
    })

  const review = (): void => {
    const { role, configuration, votersWanted } = consensus.view()
    const { voters: present, votersOutgoing, learners } = configuration
    if (role !== 'leader' || votersOutgoing.length > 0) return
    const wanted = chooseVoters(present, candidates(learners))
    // Learners that nobody waits for are left of a change that ended with the leader before.
    const asked = votersWanted ?? (learners.length === 0 ? present : [])
    if (sameMembers(wanted, asked)) return
    logger.info({ present, wanted }, 'changing the voters')
    consensus.changeVoters(wanted)
  }

  const reviewLater = (): void => {
    cancelReview = clock.after(REVIEW_MS, () => {
      review()
      reviewLater()
    })
  }

  return {
    start: async () => {
      ends = [decisions.onBatch(review), membership.onChange(review)]
      if (revoked !== undefined) ends.push(revoked.onChange(review))
      reviewLater()
    },
    stop: async () => {
      cancelReview()
      for (const end of ends) end()
    },
  }
}
