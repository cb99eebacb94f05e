import { Worker } from 'node:worker_threads'
import type { FaultName, SimulationKind } from '../../../node/simulation/index.ts'
import type { Change } from './mutant.ts'

export interface HuntInit {
  readonly change: Change
  readonly kind?: SimulationKind | undefined
  readonly faults?: readonly FaultName[] | undefined
  readonly firstSeed: number
  /** At most so many seeds that follow each other. */
  readonly runs: number
}

/** The first run that broke an invariant. */
export interface Catch {
  readonly seed: number
  /** `throws` where the simulation itself fell. */
  readonly checker: string
  readonly what: string
}

/**
 * Runs seeds under the change until a checker names it: the catch, or null where none did. Each hunt has a thread and
 * modules of its own. Rejects where the change does not apply, or is of a file that the simulator does not use.
 */
export const hunt = (init: HuntInit): Promise<Catch | null> => {
  const { promise, resolve, reject } = Promise.withResolvers<Catch | null>()
  const worker = new Worker(new URL('hunting-worker.ts', import.meta.url), { workerData: init })
  worker.once('message', resolve)
  worker.once('error', reject)
  worker.once('exit', (code) => reject(new Error(`the hunt ended with ${code} and without a word`)))
  return promise
}
