/** What a mesh of three takes for a death or a lost leader while every core of the machine is busy. */
import { type ChildProcess, spawn } from 'node:child_process'
import { cpus } from 'node:os'
import { agreedLeader, allAlive, settledVoters } from '../test/support/mesh-views.ts'
import { createCompiledDaemons } from './parts/compiled.ts'
import { followEvents } from './parts/events.ts'
import { after } from './parts/processes.ts'
import type { Benchmark } from './report.ts'

/** Minutes. */
const RUNS = 10
const MINUTE_MS = 60_000

/** One process per core that does nothing but compute. */
const busyCores = (): ChildProcess[] =>
  cpus().map(() => spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }))

/** `elections` and `falseDeaths`: a sample per minute, all of which should be 0; nobody dies and no link is cut. */
export const benchmark: Benchmark = async ({ runs, say }) => {
  const daemons = await createCompiledDaemons()
  const busy: ChildProcess[] = []
  const elections: number[] = []
  const falseDeaths: number[] = []
  try {
    const mesh = await daemons.mesh('a', 'b', 'c')
    await allAlive(mesh, mesh.length)
    await settledVoters(mesh, mesh.length)
    await agreedLeader(mesh)
    const terms = new Set<number>()
    let deaths = 0
    for (const daemon of mesh) {
      await followEvents(daemon, (event) => {
        if (event.type === 'leaderChanged') terms.add(event.term)
        if (event.type === 'memberChanged' && event.state === 'dead') deaths += 1
      })
    }
    // What was told before counts as history.
    await after(1_000)
    terms.clear()
    deaths = 0
    busy.push(...busyCores())
    for (let minute = 1; minute <= (runs ?? RUNS); minute++) {
      await after(MINUTE_MS)
      elections.push(terms.size)
      falseDeaths.push(deaths)
      terms.clear()
      deaths = 0
      say(`minute ${minute}: ${elections.at(-1)} elections, ${falseDeaths.at(-1)} false deaths`)
    }
  } finally {
    for (const child of busy) child.kill('SIGKILL')
    await daemons.close()
  }
  return [
    { metric: 'elections', unit: '1/min', samples: elections },
    { metric: 'falseDeaths', unit: '1/min', samples: falseDeaths },
  ]
}
