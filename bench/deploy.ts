/** How long three replicas take to run in Docker, their image present; beside Docker Swarm in the same engine. */
import { createDaemons } from '../test/support/daemons.ts'
import { containersLabelled, createTestImage, removeContainers } from '../test/support/engine.ts'
import { eventually } from '../test/support/eventually.ts'
import { settledVoters } from '../test/support/mesh-views.ts'
import { apply, deploy, serviceTasks, sleeper } from '../test/support/task-views.ts'
import { createSwarm } from './peers/swarm.ts'
import type { Benchmark } from './report.ts'

const RUNS = 10
const REPLICAS = 3
const COMMAND = ['sleep', '100000']
const PROJECT = 'bench'

/**
 * `deployMs`: from `POST /v1/apply` on one of three daemons, which share the engine, to all three replicas told as
 * running by that daemon. The peer's: from `POST /services/create` to three running tasks. The command lines of both,
 * which only pass the request on, are left out.
 */
export const benchmark: Benchmark = async ({ runs, say }) => {
  const ours: number[] = []
  const theirs: number[] = []
  const cleanups: (() => Promise<unknown>)[] = []
  try {
    const image = await createTestImage()
    cleanups.push(image.remove)
    const swarm = await createSwarm(image.name).catch((error: Error) => {
      say(`no peer, since this engine takes no part in Swarm: ${error.message}`)
      return null
    })
    if (swarm !== null) cleanups.push(swarm.close)
    const daemons = await createDaemons()
    cleanups.push(daemons.close)
    const mesh = await daemons.mesh('a', 'b', 'c')
    await settledVoters(mesh, mesh.length)
    const [asked] = mesh
    if (asked === undefined) throw new Error('there is no daemon')
    const label = `coterie.mesh=${asked.ready.mesh.id}`
    // Containers outlive their daemons, so they are removed after them.
    cleanups.splice(-1, 0, () => removeContainers(label))
    for (let run = 1; run <= (runs ?? RUNS); run++) {
      const name = `run-${run}`
      const shape = sleeper(PROJECT, name, { replicas: REPLICAS })
      const service = { ...shape, image: image.name, command: COMMAND, process: null }
      const startMs = performance.now()
      await deploy(asked, service)
      await eventually(`${REPLICAS} running`, async () => {
        const tasks = await serviceTasks(asked, service)
        return tasks.filter(({ state }) => state === 'running').length === REPLICAS
      })
      ours.push(performance.now() - startMs)
      await apply(asked, PROJECT, { remove: [name] })
      await eventually('the containers are gone', async () => (await containersLabelled(label)).length === 0)
      if (swarm !== null) theirs.push(await swarm.deployMs(`coterie-bench-${run}`, COMMAND, REPLICAS))
      const beside = swarm === null ? '' : `, Swarm ${Math.round(theirs.at(-1) as number)} ms`
      say(`run ${run}: ${Math.round(ours.at(-1) as number)} ms${beside}`)
    }
    const figure = { metric: 'deployMs', unit: 'ms', samples: ours }
    return [swarm === null ? figure : { ...figure, peer: { name: 'Docker Swarm', samples: theirs } }]
  } finally {
    for (const cleanUp of cleanups.reverse()) await cleanUp().catch((error) => say(String(error)))
  }
}
