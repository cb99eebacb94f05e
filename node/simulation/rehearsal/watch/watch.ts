import type { Observation } from '../../observation.ts'
import type { Told } from '../facts.ts'

export type Tell = (told: Told) => void

/** Makes facts out of one kind of observations. */
export interface Watch {
  /** `node` is the name of the node that the observation is about; empty where it is about none. */
  observe(observation: Observation, node: string): void
}
