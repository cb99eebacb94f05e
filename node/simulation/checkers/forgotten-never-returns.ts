import type { NodeId } from '../../../protocols/wire/index.ts'
import { isForgotten } from '../../daemon/observed.ts'
import type { CreateChecker } from '../observation.ts'

/** A register may be on its way in while the log says that it is gone. */
const SLACK_MS = 5_000

/** What the log made every node forget is not taken again from who has it still, or no node would ever be rid of it. */
export const createForgottenNeverReturns: CreateChecker = (world) => {
  /** Node -> key of a register -> when the node learned from its log that the register is gone. */
  const gone = new Map<NodeId, Map<string, number>>()

  const note = (node: NodeId, key: string): void => {
    const keys = gone.get(node) ?? new Map<string, number>()
    gone.set(node, keys)
    if (!keys.has(key)) keys.set(key, world.nowMs())
  }

  return {
    name: 'forgotten-never-returns',
    sees: ['ended', 'applied', 'learned'],
    judge: (observation) => {
      if (observation.type === 'ended') gone.delete(observation.node)
      if (observation.type === 'applied') {
        const { node, applied } = observation
        const { decision, outcome } = applied
        if (!outcome.ok) return null
        if (decision.type === 'taskReleased') note(node, `task/${decision.task}`)
        if (decision.type === 'taskAssigned' && decision.replaces !== null)
          note(node, `task/${decision.replaces}`)
      }
      if (observation.type !== 'learned') return null
      const { node, registers } = observation
      const view = world.coreOf(node)?.planes.decisions.view
      for (const { node: owner, key } of registers) {
        const goneMs = gone.get(node)?.get(key)
        if (owner === node || goneMs === undefined || world.nowMs() - goneMs < SLACK_MS) continue
        if (view !== undefined && isForgotten(view, owner, key))
          return `${node} took ${key} of ${owner} again, ${Math.round(world.nowMs() - goneMs)} ms after the log was done with it`
      }
      return null
    },
  }
}
