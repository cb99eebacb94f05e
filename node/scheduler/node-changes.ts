import type { NodeId } from '../../protocols/wire/index.ts'
import type { Survey } from './slot-need.ts'
import type { SchedulerNode } from './view.ts'

/** Whether a node counts as lost, unless too many are. */
const isLost = ({ health }: SchedulerNode): boolean => health === 'dead' || health === 'unknown'

/** All of a node from which it follows whether its tasks stay; who is only suspected keeps them. */
const footing = (node: SchedulerNode): string =>
  [
    isLost(node) || node.health === 'left' ? `${node.health} ${node.healthSinceMs}` : 'here',
    node.draining,
    node.profile?.stopping === true,
  ].join(' ')

/** The nodes whose tasks are to be looked at, now that `before` has become `after`. */
export const changedNodes = (before: Survey, after: Survey): NodeId[] => {
  const turned = before.isMajoritySilent !== after.isMajoritySilent
  const nodes = new Set([...before.byNode.keys(), ...after.byNode.keys()])
  return [...nodes].filter((node) => {
    const [was, is] = [before.byNode.get(node), after.byNode.get(node)]
    if (was === undefined || is === undefined) return true
    return footing(was) !== footing(is) || (turned && isLost(is))
  })
}
