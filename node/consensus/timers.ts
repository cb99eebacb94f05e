import type { ConsensusTimer, Schedule } from '../../protocols/consensus/index.ts'
import type { Clock } from '../ports/clock.ts'

/** An election timer that fires later than this tells of a process that stood still, and not of a silent leader. */
const LATE_MS = 100
/** What came in meanwhile is read within this time: the timer is heard first, since the loop runs timers before it reads. */
const READING_MS = 50

/**
 * The machine's timers: one of each kind, a new one in place of the old. On a machine that is too busy to be on time, the
 * words of the leader that wait to be read count before its silence does.
 */
export const createTimers = (
  clock: Pick<Clock, 'after' | 'nowMs'>,
  onFired: (timer: ConsensusTimer, token: number) => void,
): { set(schedule: Schedule): void; clear(): void } => {
  const cancels = new Map<ConsensusTimer, () => void>()
  const put = (timer: ConsensusTimer, afterMs: number, task: () => void): void => {
    cancels.set(timer, clock.after(afterMs, task))
  }
  return {
    set: ({ timer, afterMs, token }) => {
      cancels.get(timer)?.()
      const dueMs = clock.nowMs() + afterMs
      const fire = (): void => onFired(timer, token)
      put(timer, afterMs, () => {
        const isLate = timer === 'election' && clock.nowMs() - dueMs > LATE_MS
        if (isLate) put(timer, READING_MS, fire)
        else fire()
      })
    },
    clear: () => {
      for (const cancel of cancels.values()) cancel()
      cancels.clear()
    },
  }
}
