/** How long a machine that is revoked stays connected to anybody. */
import { createDaemons, type Daemons, type RunningDaemon } from '../test/support/daemons.ts'
import { eventually } from '../test/support/eventually.ts'
import { nodesOf, settledVoters } from '../test/support/mesh-views.ts'
import type { Benchmark } from './report.ts'

const RUNS = 5
const LOOK_DEADLINE_MS = 60_000

const isCutOff = async (member: RunningDaemon, id: string): Promise<boolean> =>
  !(await nodesOf(member)).some((node) => node.id === id && node.connected)

/** From the command's answer until none of the members is connected to that node. */
const revoke = async (by: RunningDaemon, members: readonly RunningDaemon[], id: string): Promise<number> => {
  await by.post(`/v1/nodes/${id}/revoke`, { reason: 'a benchmark' })
  const answeredMs = performance.now()
  await eventually(
    'all have cut it off',
    async () => (await Promise.all(members.map((member) => isCutOff(member, id)))).every((cut) => cut),
    LOOK_DEADLINE_MS,
  )
  return performance.now() - answeredMs
}

/** The same where one member is stopped meanwhile, from when it goes on: it hears of it by what it missed. */
const revokeUnheard = async (
  by: RunningDaemon,
  members: readonly RunningDaemon[],
  away: RunningDaemon,
  id: string,
): Promise<number> => {
  away.process.kill('SIGSTOP')
  try {
    await revoke(
      by,
      members.filter((member) => member !== away),
      id,
    )
  } finally {
    away.process.kill('SIGCONT')
  }
  const backMs = performance.now()
  await eventually('the one that was away has cut it off', () => isCutOff(away, id), LOOK_DEADLINE_MS)
  return performance.now() - backMs
}

const guest = async (daemons: Daemons, founder: RunningDaemon, name: string): Promise<RunningDaemon> =>
  daemons.start({ name, token: await founder.invite() })

/**
 * `revocationMs`: from the answer of the command until the last of three members has cut the fourth off.
 * `revocationAwayMs`: until one that was stopped meanwhile has, from when it goes on.
 */
export const benchmark: Benchmark = async ({ runs, say }) => {
  const daemons = await createDaemons()
  const revocationMs: number[] = []
  const revocationAwayMs: number[] = []
  try {
    const members = await daemons.mesh('attic', 'cellar', 'shed')
    await settledVoters(members, 3)
    const [attic, , shed] = members as [RunningDaemon, RunningDaemon, RunningDaemon]
    for (let run = 1; run <= (runs ?? RUNS); run++) {
      const [first, second] = [
        await guest(daemons, attic, `guest-${run}`),
        await guest(daemons, attic, `visitor-${run}`),
      ]
      revocationMs.push(await revoke(attic, members, first.ready.node.id))
      revocationAwayMs.push(await revokeUnheard(attic, members, shed, second.ready.node.id))
      say(
        `run ${run}: cut off in ${Math.round(revocationMs.at(-1) as number)} ms, by one that was away in ${Math.round(revocationAwayMs.at(-1) as number)} ms`,
      )
    }
    return [
      { metric: 'revocationMs', unit: 'ms', samples: revocationMs },
      { metric: 'revocationAwayMs', unit: 'ms', samples: revocationAwayMs },
    ]
  } finally {
    await daemons.close()
  }
}
