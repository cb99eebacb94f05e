/** How long a machine takes to become a working member, twenty at once, and a daemon to be ready. */
import { createDaemons, type Daemons } from '../test/support/daemons.ts'
import type { Benchmark } from './report.ts'

const RUNS = 10
const CROWD = 20

/** How long each of them took, of machines that start and join at once by one token. */
const joinAtOnce = async (daemons: Daemons): Promise<number[]> => {
  const founder = await daemons.start({ name: 'host', found: true })
  const token = await founder.invite({ uses: CROWD })
  const crowd = Array.from({ length: CROWD }, (_, at) => daemons.start({ name: `guest-${at}`, token }))
  return (await Promise.all(crowd)).map(({ ready }) => ready.joinMs as number)
}

/**
 * `startMs`: start of a member's process to its ready line. `joinMs`: as measured by the joiner's own clock, from
 * presenting the token to being a working member: the time to ready of a joiner, less that of a member's plain start.
 * `joinTwentyMs`: that of each of twenty that start and join at once.
 */
export const benchmark: Benchmark = async ({ runs, say }) => {
  const daemons = await createDaemons()
  const joinMs: number[] = []
  const startMs: number[] = []
  try {
    const founder = await daemons.start({ name: 'founder', found: true })
    const token = await founder.invite()
    for (let run = 1; run <= (runs ?? RUNS); run++) {
      const name = `joiner-${run}`
      const joiner = await daemons.start({ name, token })
      joinMs.push(joiner.ready.joinMs as number)
      await joiner.end('SIGTERM')
      const again = await daemons.start({ name })
      startMs.push(again.startMs)
      await again.post('/v1/leave', {})
      await again.end('SIGTERM')
      say(
        `run ${run}: joined in ${Math.round(joinMs.at(-1) as number)} ms, started in ${Math.round(startMs.at(-1) as number)} ms`,
      )
    }
    const joinTwentyMs = await joinAtOnce(daemons)
    say(`${CROWD} at once: the last one joined in ${Math.round(Math.max(...joinTwentyMs))} ms`)
    return [
      { metric: 'joinMs', unit: 'ms', samples: joinMs },
      { metric: 'startMs', unit: 'ms', samples: startMs },
      { metric: 'joinTwentyMs', unit: 'ms', samples: joinTwentyMs },
    ]
  } finally {
    await daemons.close()
  }
}
