import { type Status, VERSION } from '../../protocols/control/index.ts'
import type { TaskCounts } from '../metrics/index.ts'
import { damagedStores } from '../storage/index.ts'
import type { Ground } from './ground.ts'
import { createMeshQueries } from './mesh-queries.ts'
import type { Planes } from './planes.ts'
import { systemClock } from './system-clock.ts'
import { countLost } from './task-tally.ts'
import { versionStatus } from './version-status.ts'
import { describeWatchdog } from './watchdog-process.ts'
import type { Work } from './work.ts'

export interface QueriesInit {
  readonly startedAtMs: number
  readonly counts: TaskCounts
  openLan(): Status['openLan']
  engine(): Promise<Status['engine']>
}

/** The mesh as this daemon sees it. */
export const openMeshQueries = (
  { settings, network, versions, watchdog }: Ground,
  { decisions, consensus, membership, intent, healthOf, silentMs }: Planes,
  { observed }: Work,
  { startedAtMs, counts, openLan, engine }: QueriesInit,
) => {
  const { connections, reach } = network
  const { profileOf, conditionOf } = observed
  return createMeshQueries({
    self: connections.self,
    version: VERSION,
    meshVersion: () => versionStatus({ supported: versions, decisions, profileOf, silentMs }),
    startedAtMs,
    decisions: decisions.view,
    nowMs: systemClock.nowMs,
    consensus: () => consensus.view(),
    member: (node) => membership.member(node),
    healthOf,
    conditionOf,
    connections,
    reach,
    openLan,
    clocksAheadMs: () => intent.clocksAheadMs(),
    tasks: async () => ({
      tasks: (await counts.read()).byState,
      tasksLost: countLost(decisions.view, healthOf),
    }),
    damagedStores: () => damagedStores(settings.dataDir),
    watchdog: () => describeWatchdog(watchdog),
    engine,
  })
}
