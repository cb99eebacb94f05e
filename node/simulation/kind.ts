import { chance, createRandom } from './random.ts'

/**
 * What a run plays. `whole`: nodes as the daemon composes them. `log`: of the same nodes only consensus and decisions are started, over
 * the same network, disks and faults; so ten times as much is proposed, read and elected in a fraction of the time.
 */
export type SimulationKind = 'whole' | 'log'

/** Share of the seeds that play the log alone: its rare schedules need many runs. */
const LOG_RATIO = 0.6
/** So that the kind is drawn from other numbers than the run: a run is the same whether its kind was asked for or drawn. */
const OTHER_NUMBERS = 0x6b696e64

/** What a seed plays where nobody asks for a kind. */
export const kindOf = (seed: number): SimulationKind =>
  chance(createRandom(seed ^ OTHER_NUMBERS), LOG_RATIO) ? 'log' : 'whole'
