/** Questions that tests and benchmarks ask of running daemons. */
import type { Nodes, Status, Voters } from '../../protocols/control/index.ts'
import type { RunningDaemon } from './daemons.ts'
import { eventually } from './eventually.ts'

export const statusOf = async (daemon: RunningDaemon) => (await daemon.get('/v1/status')) as Status
export const nodesOf = async (daemon: RunningDaemon) => ((await daemon.get('/v1/nodes')) as Nodes).nodes
export const votersOf = async (daemon: RunningDaemon) => (await daemon.get('/v1/voters')) as Voters

/** Resolves with the leader once all of `daemons` name the same one, other than `old`. */
export const agreedLeader = (daemons: readonly RunningDaemon[], old: string | null = null) =>
  eventually('a leader that all know', async () => {
    const leaders = new Set((await Promise.all(daemons.map(statusOf))).map(({ leader }) => leader))
    const [leader] = leaders
    return leaders.size === 1 && leader !== null && leader !== old ? (leader as string) : null
  })

/** Resolves once each of `daemons` sees exactly `count` settled voters. */
export const settledVoters = (daemons: readonly RunningDaemon[], count: number) =>
  eventually(`${count} voters`, async () => {
    const views = await Promise.all(daemons.map(votersOf))
    return views.every(
      ({ voters }) => voters.length === count && voters.every(({ kind }) => kind === 'voter'),
    )
  })

/** Resolves once each of `daemons` sees `count` members alive. */
export const allAlive = (daemons: readonly RunningDaemon[], count: number) =>
  eventually(`${count} alive`, async () =>
    (await Promise.all(daemons.map(statusOf))).every(({ members }) => members.alive === count),
  )

/** Resolves once each of `daemons` has applied all that any of them now knows to be decided. */
export const caughtUp = async (daemons: readonly RunningDaemon[]): Promise<void> => {
  const known = (await Promise.all(daemons.map(statusOf))).map(({ commitIndex }) => commitIndex)
  await eventually(`all have applied up to ${Math.max(...known)}`, async () =>
    (await Promise.all(daemons.map(statusOf))).every(
      ({ appliedIndex }) => appliedIndex >= Math.max(...known),
    ),
  )
}

export const byId = (daemons: readonly RunningDaemon[], id: string): RunningDaemon =>
  daemons.find(({ ready }) => ready.node.id === id) as RunningDaemon
