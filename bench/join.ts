/** How long a machine takes to become a working member, also by mDNS and twenty at once, and a daemon to be ready. */
import { createDaemons, type Daemons } from '../test/support/daemons.ts'
import { createLan, type Host } from '../test/support/netns.ts'
import { missing } from '../test/support/requirements.ts'
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

/** How long each of them took, of machines that join one after the other on a LAN, and find the mesh by mDNS alone. */
const joinByMdns = async (runs: number, say: (line: string) => void): Promise<number[]> => {
  const lan = await createLan(2)
  const daemons = await createDaemons()
  try {
    const [here, there] = lan.hosts as [Host, Host]
    const listen = '0.0.0.0:7946'
    const founder = await daemons.start({ name: 'founder', found: true, listen, within: here.within })
    const joining = {
      token: await founder.invite({ addresses: false }),
      flags: ['--discovery', 'mdns'],
      listen,
      within: there.within,
    }
    const joinMs: number[] = []
    for (let run = 1; run <= runs; run++) {
      const joiner = await daemons.start({ name: `joiner-${run}`, ...joining })
      joinMs.push(joiner.ready.joinMs as number)
      say(`run ${run}: joined by mDNS in ${Math.round(joinMs.at(-1) as number)} ms`)
      await joiner.post('/v1/leave', {})
      await joiner.end('SIGTERM')
    }
    return joinMs
  } finally {
    try {
      await daemons.close()
    } finally {
      await lan.remove()
    }
  }
}

/**
 * `startMs`: start of a member's process to its ready line. `joinMs`: as measured by the joiner's own clock, from
 * presenting the token to being a working member: the time to ready of a joiner, less that of a member's plain start.
 * `joinMdnsMs`: the same where the token tells no address, and mDNS on a LAN of network namespaces finds the mesh. `joinTwentyMs`: that of
 * each of twenty that start and join at once.
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
    const noLan = missing('netns')
    if (noLan !== null) say(`joinMdnsMs is left out: ${noLan}`)
    const joinMdnsMs = noLan === null ? await joinByMdns(runs ?? RUNS, say) : []
    const joinTwentyMs = await joinAtOnce(daemons)
    say(`${CROWD} at once: the last one joined in ${Math.round(Math.max(...joinTwentyMs))} ms`)
    return [
      { metric: 'joinMs', unit: 'ms', samples: joinMs },
      ...(joinMdnsMs.length > 0 ? [{ metric: 'joinMdnsMs', unit: 'ms', samples: joinMdnsMs }] : []),
      { metric: 'startMs', unit: 'ms', samples: startMs },
      { metric: 'joinTwentyMs', unit: 'ms', samples: joinTwentyMs },
    ]
  } finally {
    await daemons.close()
  }
}
