/** How long a machine takes to become a working member, and a daemon to be ready. */
import { createDaemons } from '../test/support/daemons.ts'
import type { Benchmark } from './report.ts'

const RUNS = 10

/**
 * `startMs`: start of a member's process to its ready line. `joinMs`: as measured by the joiner's own clock, from
 * presenting the token to being a working member: the time to ready of a joiner, less that of a member's plain start.
 */
export const benchmark: Benchmark = async ({ runs, say }) => {
  const daemons = await createDaemons()
  const joinMs: number[] = []
  const startMs: number[] = []
  try {
    const founder = await daemons.start({ name: 'founder', found: true })
    const token = await founder.invite()
    const flags = ['--at', founder.ready.addresses[0] as string]
    for (let run = 1; run <= (runs ?? RUNS); run++) {
      const name = `joiner-${run}`
      const joiner = await daemons.start({ name, token, flags })
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
  } finally {
    await daemons.close()
  }
  return [
    { metric: 'joinMs', unit: 'ms', samples: joinMs },
    { metric: 'startMs', unit: 'ms', samples: startMs },
  ]
}
