import { loadavg } from 'node:os'
import { type Condition, conditionOf, type Facts } from '../../protocols/profile/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Service } from '../ports/service.ts'
import { createRounds } from '../turns/index.ts'
import { askApart } from './ask-apart.ts'

/** A battery and a processor's heat are minutes' matters, and each look starts a process. */
const LOOK_MS = 60_000
/** The first one, when a daemon that starts has done what people wait for. */
const FIRST_LOOK_MS = 20_000
/** A machine without battery and sensors gets none for a long time: a look at these is spared, and its load is told. */
const BARE_LOOK_MS = 3_600_000

type Sensed = Pick<Facts, 'batteryPowered' | 'temperature'>

export interface ConditionWatchComponents {
  readonly clock: Clock
  /** Told when the machine is doing otherwise than it was. */
  readonly tell: (condition: Condition) => void
  readonly failed: (error: unknown) => void
}

export interface ConditionWatchInit {
  readonly cpus: number
  readonly metered: boolean
  /** Below which `/proc` and `/sys` are. */
  readonly root?: string
}

export type ConditionWatch = Service

const isBare = ({ batteryPowered, temperature }: Sensed): boolean =>
  !('value' in temperature) && !('value' in batteryPowered && batteryPowered.value)

/** Looks once a minute how the machine is doing, and says so when it changed. */
export const createConditionWatch = (
  { clock, tell, failed }: ConditionWatchComponents,
  { cpus, metered, root = '/' }: ConditionWatchInit,
): ConditionWatch => {
  const ended = new AbortController()
  let told = ''
  let sensed: Sensed | null = null
  let sensedMs = Number.NEGATIVE_INFINITY

  const sense = async (): Promise<Sensed> => {
    const spareUntilMs = sensedMs + BARE_LOOK_MS
    if (sensed !== null && isBare(sensed) && clock.nowMs() < spareUntilMs) return sensed
    const only = ['batteryPowered', 'temperature'] as const
    sensed = await askApart({ root, dataDir: root, only }, { signal: ended.signal })
    sensedMs = clock.nowMs()
    return sensed
  }

  const look = async (): Promise<void> => {
    rounds.wake(LOOK_MS)
    const { batteryPowered, temperature } = await sense()
    const [loadAverage = 0] = loadavg()
    const condition = conditionOf({ batteryPowered, temperature, loadAverage, cpus, metered })
    const text = JSON.stringify(condition)
    if (ended.signal.aborted || text === told) return
    told = text
    tell(condition)
  }

  const rounds = createRounds(clock, look, (error) => {
    if (!ended.signal.aborted) failed(error)
  })

  return {
    start: async () => {
      rounds.start()
      // Before it says that its link is paid by volume, it is given work that could go elsewhere.
      rounds.wake(metered ? 0 : FIRST_LOOK_MS)
    },
    stop: async () => {
      rounds.stop()
      ended.abort(new Error('the daemon ends'))
    },
  }
}
