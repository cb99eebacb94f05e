/** Runs the seeds of one job. Started by `startJobs`, and by nothing else. */
import { parentPort, workerData } from 'node:worker_threads'
import { simulate, sizeOf } from '../../node/simulation/index.ts'
import type { Broken, Job, Played } from './jobs.ts'

const { firstSeed, runs, leastNodes, step, kind, faults } = workerData as Job
// A run throws thousands of errors that somebody expects, and nobody reads where they come from; a seed shown again tells.
Error.stackTraceLimit = 0

const runSeeds = async (): Promise<Played> => {
  const broken: Broken[] = []
  let [nodes, virtualMs] = [0, 0]
  let seed = firstSeed - step
  for (let run = 0; run < runs; run++) {
    do seed += step
    while (sizeOf(seed, kind) < leastNodes)
    const result = await simulate({ seed, kept: 0, ...(kind && { kind }), ...(faults && { faults }) })
    const [violation] = result.violations
    nodes += result.nodes
    virtualMs += result.virtualMs
    if (violation !== undefined) broken.push({ seed, invariant: violation.checker })
  }
  return { broken, nodes, virtualMs }
}

// All begin together, when all have loaded what they need: so that it is known what the runs cost.
parentPort?.once('message', async () => parentPort?.postMessage(await runSeeds()))
parentPort?.postMessage('loaded')
