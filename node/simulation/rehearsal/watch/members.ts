import type { NodeId } from '../../../../protocols/wire/index.ts'
import type { Tell, Watch } from './watch.ts'

/** How nodes see each other. */
export const watchMembers = (tell: Tell, nameOf: (node: NodeId) => string): Watch => ({
  observe: (observation, by) => {
    if (observation.type !== 'member' || observation.state === null) return
    tell({ type: 'member', by, node: nameOf(observation.member), state: observation.state })
  },
})
