import type { ConsensusView } from '../../protocols/consensus/index.ts'
import type { Decision } from '../../protocols/decisions/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { DecisionService } from '../decisions/index.ts'

/** Leadership, as those need it who decide from this node's own view. */
export interface Leadership {
  /**
   * True while this node leads and has applied its own first entry: by then its view holds all that was committed before.
   * Never on an edge node, which plans nothing and hands over.
   */
  isSettled(): boolean
  /**
   * Decides what this node concluded from its own view: in the term whose view that is, and never again under a later
   * one. @throws `notLeader`, and what `DecisionService.decide` throws
   */
  decide(decision: Decision): Promise<number>
  onChange(listener: () => void): () => void
}

export const createLeadership = (
  consensus: { readonly self: NodeId; onRole(listener: (view: ConsensusView) => void): () => void },
  decisions: Pick<DecisionService, 'view' | 'onBatch' | 'decide'>,
): Leadership => {
  const listeners = new Set<() => void>()
  /** The term that this node leads, and the index of its no-op. */
  let led: { readonly term: number; readonly firstIndex: number } | null = null
  const isEdge = () => decisions.view.nodes.get(consensus.self)?.role === 'edge'
  const isSettled = () => led !== null && decisions.view.appliedIndex >= led.firstIndex && !isEdge()
  let wasSettled = false
  let lastLeader: NodeId | null = null
  const look = () => {
    const settled = isSettled()
    if (settled === wasSettled) return
    wasSettled = settled
    for (const listener of listeners) listener()
  }
  const onRole = ({ role, term, leader, lastIndex }: ConsensusView) => {
    if (role !== 'leader') led = null
    else if (led?.term !== term) led = { term, firstIndex: lastIndex }
    lastLeader = leader
    look()
  }
  consensus.onRole(onRole)
  decisions.onBatch(look)
  return {
    isSettled,
    decide: async (decision) => {
      if (led === null || isEdge()) throw new CoterieError('notLeader', { leader: lastLeader })
      return await decisions.decide(decision, { term: led.term })
    },
    onChange: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
