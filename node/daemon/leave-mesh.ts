import type { ConsensusView } from '../../protocols/consensus/index.ts'
import type { AdmittedNode, Decision } from '../../protocols/decisions/index.ts'
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'

/** How long the others may take to go on without this node's vote. */
const HANDOVER_TIMEOUT_MS = 15_000
const LOOK_AGAIN_MS = 50

export interface HandOverComponents {
  readonly clock: Clock
  readonly consensus: { view(): ConsensusView }
  readonly decisions: {
    readonly view: { readonly nodes: ReadonlyMap<NodeId, Pick<AdmittedNode, 'role' | 'draining'>> }
    decide(decision: Decision): Promise<number>
  }
}

export interface LeaveComponents extends HandOverComponents {
  readonly self: NodeId
  readonly membership: { leave(): Promise<void> }
}

/** Codes after which the removal may stand though its answer was lost: the others close this node's connections by then. */
const MAY_STAND = ['proposalUnanswered', 'peerUnreachable', 'requestTimedOut', 'noQuorum'] as const

/** Whether a node votes, or is about to. */
export const votes = ({ configuration }: ConsensusView, node: NodeId): boolean =>
  [...configuration.voters, ...configuration.votersOutgoing, ...configuration.learners].includes(node)

/** Whether the others would be left to edge nodes, which plan nothing. */
export const isLastToLead = (
  { decisions: { view } }: Pick<HandOverComponents, 'decisions'>,
  leaving: NodeId,
): boolean =>
  view.nodes.get(leaving)?.role === 'full' &&
  [...view.nodes].every(([node, { role, draining }]) => node === leaving || role === 'edge' || draining)

/** Lets a node drain, and its vote go to another. @throws `lastToLead`, `noQuorum`, `notLeader`, `decisionRefused` */
export const handOver = async (components: HandOverComponents, node: NodeId): Promise<void> => {
  const { clock, consensus, decisions } = components
  if (isLastToLead(components, node)) throw new CoterieError('lastToLead', {})
  await decisions.decide({ type: 'nodeDrained', node, draining: true })
  const startMs = clock.nowMs()
  while (votes(consensus.view(), node)) {
    if (clock.nowMs() - startMs > HANDOVER_TIMEOUT_MS) {
      await decisions.decide({ type: 'nodeDrained', node, draining: false }).catch(() => undefined)
      if (isLastToLead(components, node)) throw new CoterieError('lastToLead', {})
      throw new CoterieError('noQuorum', { waitedMs: HANDOVER_TIMEOUT_MS })
    }
    await new Promise<void>((resolve) => clock.after(LOOK_AGAIN_MS, resolve))
  }
}

/**
 * Takes this node out for good: it drains, its vote goes to another, then its removal is committed.
 * The last node of a mesh just stops being one; the last one that can lead the others stays, for it would keep its vote
 * though it drains. @throws `lastToLead`, `noQuorum`, `notLeader`, `decisionRefused`
 */
export const leaveMesh = async (components: LeaveComponents): Promise<void> => {
  const { self, decisions } = components
  const { nodes } = decisions.view
  // A view that does not hold this node is not at the end of the log yet: the others would never learn that it left.
  if (nodes.size === 1 && nodes.has(self)) return
  await handOver(components, self)
  await depart(components)
}

/** The end of a member that votes no more: its removal, and its last word to the others. @throws `notLeader`, `decisionRefused` */
export const depart = async ({
  self,
  clock,
  decisions,
  membership,
}: Omit<LeaveComponents, 'consensus'>): Promise<void> => {
  await decisions
    .decide({ type: 'nodeRemoved', node: self, atMs: clock.wallMs() })
    .catch((error: unknown) => {
      if (!MAY_STAND.some((code) => isCoterieError(error, code))) throw error
    })
  await membership.leave()
}
