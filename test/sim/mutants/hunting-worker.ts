/** Runs seeds of a simulator that was loaded with a change in its source. Started by `hunt`, and by nothing else. */
import { parentPort, workerData } from 'node:worker_threads'
import type { Catch, HuntInit } from './hunt.ts'
import { plant } from './plant.ts'

const { change, kind = 'whole', faults, firstSeed, runs } = workerData as HuntInit
const isPlanted = plant(change)
// Only what is loaded afterwards is changed.
const { simulate } = await import('../../../node/simulation/index.ts')

const judge = async (seed: number): Promise<Catch | null> => {
  try {
    const init = { seed, kind, kept: 0, ...(faults && { faults }) }
    const [violation] = (await simulate(init)).violations
    return violation === undefined ? null : { seed, checker: violation.checker, what: violation.what }
  } catch (error) {
    return { seed, checker: 'throws', what: (error as Error).stack ?? String(error) }
  }
}

const hunt = async (): Promise<Catch | null> => {
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const caught = await judge(seed)
    if (caught !== null) return caught
  }
  return null
}

const caught = await hunt()
if (!isPlanted()) throw new Error(`the simulator does not use ${change.file}`)
parentPort?.postMessage(caught)
