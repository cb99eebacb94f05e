import type { ConsensusView } from '../../protocols/consensus/index.ts'
import type { DecisionView } from '../../protocols/decisions/index.ts'

/** Leadership, as those need it who decide from this node's own view. */
export interface Leadership {
  /** True while this node leads and has applied its own first entry: by then its view holds all that was committed before. */
  isSettled(): boolean
  onChange(listener: () => void): () => void
}

export const createLeadership = (
  consensus: { view(): ConsensusView; onRole(listener: (view: ConsensusView) => void): () => void },
  decisions: { readonly view: DecisionView; onBatch(listener: () => void): () => void },
): Leadership => {
  const listeners = new Set<() => void>()
  /** Index of the no-op of the term that this node leads. */
  let firstIndex: number | null = null
  const isSettled = () => firstIndex !== null && decisions.view.appliedIndex >= firstIndex
  let wasSettled = false
  const look = () => {
    const settled = isSettled()
    if (settled === wasSettled) return
    wasSettled = settled
    for (const listener of listeners) listener()
  }
  const onRole = ({ role, lastIndex }: ConsensusView) => {
    firstIndex = role === 'leader' ? (firstIndex ?? lastIndex) : null
    look()
  }
  consensus.onRole(onRole)
  decisions.onBatch(look)
  return {
    isSettled,
    onChange: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
