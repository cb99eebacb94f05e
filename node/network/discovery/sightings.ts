/** Who is told of what a discovery finds; a listener that throws ends nothing. */
import type { FoundNode } from '../../ports/discovery.ts'
import type { Logger } from '../../ports/logger.ts'

export interface Sightings {
  onFound(listener: (found: FoundNode) => void): () => void
  tell(found: FoundNode): void
}

export const createSightings = (logger: Logger): Sightings => {
  const listeners = new Set<(found: FoundNode) => void>()
  return {
    onFound: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    tell: (found) => {
      for (const listener of listeners)
        try {
          listener(found)
        } catch (error) {
          logger.error({ error }, 'a discovery listener failed')
        }
    },
  }
}
