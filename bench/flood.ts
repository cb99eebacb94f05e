/** What ten thousand connections of a stranger to each door cost a member, and what its mesh sees of them. */
import { floodMember, OPEN_DOORS } from '../test/support/flood.ts'
import { allAlive } from '../test/support/mesh-views.ts'
import { createCompiledDaemons } from './parts/compiled.ts'
import type { Benchmark } from './report.ts'

const PER_PORT = 10_000
const MEGABYTE = 1024 * 1024

/**
 * `rssGrownMB`: by how much the resident memory of the flooded member was greater at most. `lost`: members that another one took for
 * dead, or had no connection to, when it was asked; `elections`: terms that passed meanwhile. Zero is what is wanted of both.
 */
export const benchmark: Benchmark = async ({ runs, say }) => {
  const daemons = await createCompiledDaemons()
  const rssGrownMB: number[] = []
  const lost: number[] = []
  const elections: number[] = []
  try {
    const first = await daemons.start({ name: 'a', found: true, flags: OPEN_DOORS })
    const join = { token: await first.invite(), flags: ['--at', first.ready.addresses[0] as string] }
    const mesh = [
      first,
      await daemons.start({ name: 'b', ...join }),
      await daemons.start({ name: 'c', ...join }),
    ] as const
    await allAlive(mesh, mesh.length)
    for (let run = 1; run <= (runs ?? 1); run++) {
      const flooded = await floodMember(mesh, PER_PORT)
      const { begun, grownBytes } = flooded
      rssGrownMB.push(grownBytes / MEGABYTE)
      lost.push(flooded.lost.length)
      elections.push(flooded.elections)
      say(`run ${run}: ${begun} connections, ${Math.round(grownBytes / MEGABYTE)} MB more`)
      for (const line of flooded.lost) say(line)
    }
  } finally {
    await daemons.close()
  }
  return [
    { metric: 'rssGrownMB', unit: 'MB', samples: rssGrownMB },
    { metric: 'lost', unit: '', samples: lost },
    { metric: 'elections', unit: '', samples: elections },
  ]
}
