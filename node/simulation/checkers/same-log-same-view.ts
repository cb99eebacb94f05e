import { equals } from 'uint8arrays'
import { type Outcome, snapshotDecisions } from '../../../protocols/decisions/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import type { CreateChecker } from '../observation.ts'

/** Whole views are compared at every so many entries, for that costs: what differs once goes on to differ. */
const EVERY = 100

const wordsOf = (outcome: Outcome): string => (outcome.ok ? 'done' : outcome.reason)

/**
 * Decisions are deterministic: an entry has the same outcome on every node, and nodes that have applied the same entries
 * hold the same view, whatever their clocks, their lives and their snapshots.
 */
export const createSameLogSameView: CreateChecker = (world) => {
  const outcomes: string[] = []
  const views = new Map<number, { readonly bytes: Uint8Array; readonly node: NodeId }>()

  const judgeView = (node: NodeId, index: number): string | null => {
    const view = world.coreOf(node)?.planes.decisions.view
    if (view === undefined) return null
    // Equal views give equal bytes.
    const bytes = snapshotDecisions(view)
    const known = views.get(index) ?? { bytes, node }
    views.set(index, known)
    return equals(known.bytes, bytes)
      ? null
      : `${node} and ${known.node} hold different views after entry ${index}`
  }

  return {
    name: 'same-log-same-view',
    sees: ['applied'],
    judge: (observation) => {
      if (observation.type !== 'applied') return null
      const { node, applied } = observation
      const { index } = applied
      const outcome = wordsOf(applied.outcome)
      outcomes[index] ??= outcome
      if (outcomes[index] !== outcome)
        return `entry ${index} came to "${outcome}" on ${node}, and to "${outcomes[index]}" elsewhere`
      return index % EVERY === 0 ? judgeView(node, index) : null
    },
  }
}
