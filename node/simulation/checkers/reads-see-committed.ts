import type { CreateChecker } from '../observation.ts'

/** A read that is answered covers everything that anybody knew to be committed when it was asked (thesis 6.4). */
export const createReadsSeeCommitted: CreateChecker = () => {
  /** Read -> the highest committed index when it was asked. */
  const asked = new Map<number, number>()
  let highest = 0
  return {
    name: 'reads-see-committed',
    sees: ['committed', 'asked', 'answered'],
    judge: (observation) => {
      if (observation.type === 'committed') highest = Math.max(highest, observation.commitIndex)
      if (observation.type === 'asked') asked.set(observation.readId, highest)
      if (observation.type !== 'answered' || observation.index === null) return null
      const { node, readId, index } = observation
      const due = asked.get(readId) ?? 0
      return index >= due ? null : `${node} read up to ${index} when ${due} was committed already`
    },
  }
}
