import { FIRST_GENERATION, numberOf } from '../../protocols/generations/index.ts'
import type { QuorumDesk } from '../control/index.ts'
import type { Surveyed } from '../generations/index.ts'
import { describeDecision, isSo } from './describe-decision.ts'
import type { Outside } from './outside.ts'
import type { Planes } from './planes.ts'

/** The door for whoever recovers a quorum. */
export const openQuorumDesk = (
  { network, clock }: Pick<Outside, 'network' | 'clock'>,
  { consensus, decisions, generations, membership, healthOf }: Planes,
): QuorumDesk => {
  const { self } = network.connections
  const { view } = decisions
  const nameOf = (node: string): string => view.nodes.get(node)?.name ?? 'unnamed'

  const memberOf = ({ node, standing }: Surveyed) => {
    const { voters, votersOutgoing } = consensus.view().configuration
    const state = healthOf(node)
    const sinceMs = membership.member(node)?.sinceMs
    return {
      id: node,
      name: nameOf(node),
      self: node === self,
      voter: [...voters, ...votersOutgoing].includes(node),
      state,
      silentMs: state === 'alive' || sinceMs === undefined ? null : Math.round(clock.nowMs() - sinceMs),
      log: standing && {
        generation: standing.records.at(-1)?.number ?? FIRST_GENERATION,
        lastTerm: standing.lastTerm,
        lastIndex: standing.lastIndex,
        commitIndex: standing.commitIndex,
      },
    }
  }

  return {
    survey: async () => {
      const { members, leader, best } = await generations.survey()
      return {
        generation: numberOf(consensus.view().generation),
        leader,
        best,
        members: members.map(memberOf),
      }
    },
    recover: async (request) => {
      const { number, from } = await generations.recover(request)
      return { generation: number, from }
    },
    lost: async () => {
      const { decisions: lost, spans } = await generations.lost()
      return {
        decisions: lost.map(({ decision, ...place }) => ({
          ...place,
          what: decision === null ? 'a decision of a newer version' : describeDecision(decision, nameOf),
          again: decision === null ? null : isSo(decision, view),
        })),
        spans: [...spans],
      }
    },
  }
}
