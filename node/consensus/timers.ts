import type { ConsensusTimer, Schedule } from '../../protocols/consensus/index.ts'

/** Runs `task` once after `afterMs`; the returned function cancels it. */
type After = (afterMs: number, task: () => void) => () => void

/** The machine's timers: one of each kind, a new one in place of the old. */
export const createTimers = (
  after: After,
  onFired: (timer: ConsensusTimer, token: number) => void,
): { set(schedule: Schedule): void; clear(): void } => {
  const cancels = new Map<ConsensusTimer, () => void>()
  return {
    set: ({ timer, afterMs, token }) => {
      cancels.get(timer)?.()
      cancels.set(
        timer,
        after(afterMs, () => onFired(timer, token)),
      )
    },
    clear: () => {
      for (const cancel of cancels.values()) cancel()
      cancels.clear()
    },
  }
}
