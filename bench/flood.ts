/** What ten thousand connections of a stranger to each door cost a member, and what its mesh sees of them. */
import { floodMember, OPEN_DOORS } from '../test/support/flood.ts'
import { allAlive } from '../test/support/mesh-views.ts'
import { createCompiledDaemons } from './parts/compiled.ts'
import type { Benchmark } from './report.ts'

const PER_PORT = 10_000
const MEGABYTE = 1024 * 1024

/**
 * `rssGrownMB`: by how much the resident memory of the flooded member was greater at most. `noticed`: what any member saw of
 * another one other than that it was there and connected, and elections; zero is what is wanted.
 */
export const benchmark: Benchmark = async ({ runs, say }) => {
  const daemons = await createCompiledDaemons()
  const rssGrownMB: number[] = []
  const noticed: number[] = []
  try {
    const first = await daemons.start({ name: 'a', found: true, flags: OPEN_DOORS })
    const { secret, addresses } = first.ready
    const join = { secret: secret as string, flags: ['--at', addresses[0] as string] }
    const mesh = [
      first,
      await daemons.start({ name: 'b', ...join }),
      await daemons.start({ name: 'c', ...join }),
    ] as const
    await allAlive(mesh, mesh.length)
    for (let run = 1; run <= (runs ?? 1); run++) {
      const { begun, grownBytes, seen } = await floodMember(mesh, PER_PORT)
      rssGrownMB.push(grownBytes / MEGABYTE)
      noticed.push(seen.length)
      say(`run ${run}: ${begun} connections, ${Math.round(grownBytes / MEGABYTE)} MB more`)
      for (const line of seen) say(line)
    }
  } finally {
    await daemons.close()
  }
  return [
    { metric: 'rssGrownMB', unit: 'MB', samples: rssGrownMB },
    { metric: 'noticed', unit: '', samples: noticed },
  ]
}
