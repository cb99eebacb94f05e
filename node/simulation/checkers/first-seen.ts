import type { LogEntry } from '../../../protocols/consensus/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import type { Applied } from '../../decisions/index.ts'
import type { Observation } from '../observation.ts'

/** Calls `judge` with each decision of the mesh when the first node applies it: the log once, in its order. */
export const firstApplied = (judge: (applied: Applied, node: NodeId) => string | null) => {
  let appliedIndex = 0
  return (observation: Observation): string | null => {
    if (observation.type !== 'applied') return null
    const { node, applied } = observation
    if (applied.index <= appliedIndex) return null
    appliedIndex = applied.index
    return judge(applied, node)
  }
}

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
