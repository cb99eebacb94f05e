import type { CreateChecker } from '../observation.ts'
import { slotOf } from './slot-of.ts'

/** An executor never starts below the highest token that it obeyed for a slot, also across restarts. */
export const createTokensNeverFall: CreateChecker = () => {
  const highest = new Map<string, number>()
  return {
    name: 'tokens-never-fall',
    sees: ['diskLost', 'ran'],
    judge: (observation) => {
      if (observation.type === 'diskLost') {
        for (const place of highest.keys())
          if (place.startsWith(`${observation.node} `)) highest.delete(place)
      }
      if (observation.type !== 'ran') return null
      const { node, task, token } = observation
      const place = `${node} ${slotOf(task)}`
      const before = highest.get(place) ?? 0
      highest.set(place, Math.max(before, token))
      return token < before ? `${node} started ${task} under token ${token} after ${before}` : null
    },
  }
}
