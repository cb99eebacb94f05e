import { createRandom } from './random.ts'

/**
 * What a run plays. `whole`: nodes as the daemon composes them. `log`: of the same nodes only consensus and decisions are started, over
 * the same network, disks and faults; so ten times as much is proposed, read and elected in a fraction of the time.
 * `elections`: the same in a mesh of three or five, where leaders fall as soon as they are elected and one append carries one entry.
 * `upgrade`: whole nodes that begin with the previous version, are updated one by one, and now and then go back.
 * `leases`: whole nodes that run exclusive services, and are cut off, paused and asleep for longer than a lease lasts.
 * `recovery`: consensus and generations of them; a majority of the voters is given up, and somebody recovers elsewhere.
 */
export const KINDS = ['whole', 'log', 'elections', 'upgrade', 'leases', 'recovery'] as const
export type SimulationKind = (typeof KINDS)[number]

/** Recoveries have a course of their own, on a mesh of kind `log`. */
export type MeshKind = Exclude<SimulationKind, 'recovery'>

/** Whether all parts of a node are started. */
export const isWhole = (kind: MeshKind): boolean => kind !== 'log' && kind !== 'elections'

/** Whether nodes write down what became of their tasks, and archive it. */
export const remembersTasks = (kind: MeshKind): boolean => kind === 'upgrade'

/** Shares of the seeds that do not play whole nodes of one version: rare schedules need many runs. */
const ELECTIONS_RATIO = 0.1
const LOG_RATIO = 0.5
const UPGRADE_RATIO = 0.05
const LEASES_RATIO = 0.05
const RECOVERY_RATIO = 0.02
/** So that the kind is drawn from other numbers than the run: a run is the same whether its kind was asked for or drawn. */
const OTHER_NUMBERS = 0x6b696e64

/** What a seed plays where nobody asks for a kind. */
export const kindOf = (seed: number): SimulationKind => {
  const drawn = createRandom(seed ^ OTHER_NUMBERS)()
  if (drawn < ELECTIONS_RATIO) return 'elections'
  if (drawn < ELECTIONS_RATIO + LOG_RATIO) return 'log'
  if (drawn >= 1 - UPGRADE_RATIO) return 'upgrade'
  if (drawn >= 1 - UPGRADE_RATIO - RECOVERY_RATIO) return 'recovery'
  return drawn < 1 - UPGRADE_RATIO - RECOVERY_RATIO - LEASES_RATIO ? 'whole' : 'leases'
}
