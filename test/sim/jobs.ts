import { Worker } from 'node:worker_threads'
import type { SimulationInit } from '../../node/simulation/index.ts'

/** Nearly everything in a run is garbage soon: with little room for the young, much of it is copied first. */
const YOUNG_GENERATION_MB = 64

export interface SeedsInit extends Pick<SimulationInit, 'kind' | 'faults'> {
  readonly firstSeed: number
  readonly runs: number
  /** Seeds with fewer machines are passed over. */
  readonly leastNodes: number
}

export interface Job extends SeedsInit {
  /** From one seed to the next. */
  readonly step: number
}

/** A run that broke an invariant; its seed shows it again. */
export interface Broken {
  readonly seed: number
  readonly invariant: string
}

/** What the runs of a job, or of all, came to. */
export interface Played {
  /** By seed. */
  readonly broken: readonly Broken[]
  /** Over all runs: how many machines there were, and how much virtual time passed. */
  readonly nodes: number
  readonly virtualMs: number
}

/** Resolves with what the thread says next. */
const nextWord = (worker: Worker): Promise<unknown> => {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>()
  worker.once('message', resolve)
  worker.once('error', reject)
  worker.once('exit', (code) => reject(new Error(`a job ended with ${code} and without a word`)))
  return promise
}

const startJob = (job: Job): Worker =>
  new Worker(new URL('seeds-worker.ts', import.meta.url), {
    workerData: job,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  })

/**
 * One run for each of `runs` seeds that follow each other, but for those passed over, in so many threads. Resolves when all are ready; the function
 * runs the seeds.
 */
export const startJobs = async (
  { firstSeed, runs, ...init }: SeedsInit,
  jobs: number,
): Promise<() => Promise<Played>> => {
  const workers = Array.from({ length: jobs }, (_, job) =>
    startJob({ ...init, firstSeed: firstSeed + job, runs: Math.ceil((runs - job) / jobs), step: jobs }),
  )
  await Promise.all(workers.map(nextWord))
  return async () => {
    const played = await Promise.all(
      workers.map((worker) => {
        worker.postMessage('begin')
        return nextWord(worker) as Promise<Played>
      }),
    )
    return {
      broken: played.flatMap(({ broken }) => broken).sort((a, b) => a.seed - b.seed),
      nodes: played.reduce((sum, { nodes }) => sum + nodes, 0),
      virtualMs: played.reduce((sum, { virtualMs }) => sum + virtualMs, 0),
    }
  }
}
