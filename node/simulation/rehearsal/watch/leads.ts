import type { Observation } from '../../observation.ts'
import type { Tell, Watch } from './watch.ts'

export interface LeadWatch extends Watch {
  /** Tells who leads, once more. */
  repeat(): void
}

/** Who says that it leads. */
export const watchLeads = (tell: Tell): LeadWatch => {
  const leading = new Map<string, number>()

  const follow = (node: string): void => {
    if (leading.delete(node)) tell({ type: 'followed', node })
  }

  const lead = (node: string, term: number): void => {
    if (leading.get(node) === term) return
    leading.set(node, term)
    tell({ type: 'led', node, term })
  }

  return {
    observe: (observation: Observation, node: string) => {
      if (observation.type === 'ended') follow(node)
      if (observation.type !== 'role') return
      if (observation.role === 'leader') lead(node, observation.term)
      else follow(node)
    },
    repeat: () => {
      for (const [node, term] of leading) tell({ type: 'led', node, term })
    },
  }
}
