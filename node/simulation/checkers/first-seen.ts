import type { LogEntry } from '../../../protocols/consensus/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import type { Applied } from '../../decisions/index.ts'
import type { Observation, World } from '../observation.ts'

/**
 * Calls `judge` with each decision of the mesh when the first node applies it, and the fencing token of its place: the log once,
 * in its order, and after a recovery the one of the newest generation.
 */
export const firstApplied = (judge: (applied: Applied, node: NodeId, token: number) => string | null) => {
  let appliedToken = 0
  return (observation: Observation): string | null => {
    if (observation.type !== 'applied') return null
    const { node, applied, token } = observation
    if (token <= appliedToken) return null
    appliedToken = token
    return judge(applied, node, token)
  }
}

/** What a recovery goes on with, at its first entry; null at any other. */
export const viewAtRecovery = (world: World, node: NodeId, { decision, outcome }: Applied) =>
  decision.type === 'generationBegan' && outcome.ok
    ? (world.coreOf(node)?.planes.decisions.view ?? null)
    : null

/** Calls `judge` with each entry of the mesh when the first node knows that it is committed. */
export const firstCommitted = (judge: (entry: LogEntry, node: NodeId) => string | null) => {
  let committedIndex = 0
  return (observation: Observation): string | null => {
    if (observation.type !== 'committed') return null
    for (const entry of observation.entries) {
      if (entry.index <= committedIndex) continue
      committedIndex = entry.index
      const broken = judge(entry, observation.node)
      if (broken !== null) return broken
    }
    return null
  }
}
