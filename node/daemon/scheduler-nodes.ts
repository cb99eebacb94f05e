import type { DecisionView } from '../../protocols/decisions/index.ts'
import type { MemberView } from '../../protocols/membership/index.ts'
import { strainOf } from '../../protocols/profile/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { SchedulerNode } from '../scheduler/index.ts'
import type { Observed } from './observed.ts'

/** The nodes as the scheduler looks at them: admitted by the log, healthy by membership, able by their own word. */
export const schedulerNodes = (
  self: NodeId,
  decisions: DecisionView,
  members: readonly MemberView[],
  observed: Observed,
): SchedulerNode[] => {
  const byNode = new Map(members.map((member) => [member.node, member]))
  return [...decisions.nodes.values()].map(({ node, name, draining }) => {
    const member = byNode.get(node)
    const condition = observed.conditionOf(node)
    return {
      node,
      name,
      draining,
      health: node === self ? 'alive' : (member?.state ?? 'unknown'),
      healthSinceMs: member?.sinceMs ?? 0,
      profile: observed.profileOf(node),
      strain: condition === null ? null : strainOf(condition),
    }
  })
}
