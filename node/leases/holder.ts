import type { TaskId } from '../../protocols/decisions/index.ts'
import {
  createHolding,
  type Holding,
  type HoldingEvent,
  isMoving,
  type LeaseAnswer,
  type LeaseAsk,
  type LeaseGuard,
  leaseUntilMs,
  stepHolding,
} from '../../protocols/leases/index.ts'
import type { HeldLeases, LeasesComponents } from './types.ts'

/** First numbers of requests: two lives of a daemon do not meet among so many. */
const FIRST_REQUEST_MAX = 2 ** 47

export interface Holder extends HeldLeases {
  hear(answer: LeaseAnswer): void
  stop(): void
}

/** Runs the machine of a node that holds leases. `ask` sends a request; the attempt says by which way. */
export const createHolder = (
  {
    connections,
    clock,
    random,
    logger,
    guard,
  }: Pick<LeasesComponents, 'connections' | 'clock' | 'random' | 'logger' | 'guard'>,
  ask: (request: LeaseAsk, attempt: number) => void,
): Holder => {
  const listeners = new Set<(tasks: readonly TaskId[]) => void>()
  /** Null until something is wanted. */
  let state: Holding | null = null
  let cancelTimer = (): void => {}
  let stopped = false

  const guardThenCount = async (wanted: LeaseGuard): Promise<void> => {
    try {
      await guard(wanted)
    } catch (error) {
      logger.warn({ task: wanted.task, error }, 'a lease is not renewed: its end could not be guarded')
      return
    }
    push({ type: 'guarded', guard: wanted })
  }

  const push = (event: HoldingEvent): void => {
    if (stopped) return
    state ??= createHolding(Math.floor(random() * FIRST_REQUEST_MAX))
    const { state: next, effects } = stepHolding(state, event, { nowMs: clock.nowMs() })
    state = next
    for (const each of effects.guard) void guardThenCount(each)
    cancelTimer()
    if (effects.schedule !== null)
      cancelTimer = clock.after(effects.schedule.afterMs, () => push({ type: 'timer' }))
    for (const { request, tasks, attempt } of effects.ask)
      ask({ type: 'ask', asker: connections.self, request, tasks: [...tasks] }, attempt)
    if (effects.notify.length > 0) for (const listener of listeners) listener(effects.notify)
  }

  return {
    stop: () => {
      stopped = true
      cancelTimer()
    },
    hear: (answer) => push({ type: 'answered', answer }),
    want: (tasks) => {
      if (state !== null || tasks.length > 0) push({ type: 'wanted', tasks })
    },
    untilMs: (task) => (state === null ? null : leaseUntilMs(state, task, clock.nowMs())),
    isMoving: (task) => state !== null && isMoving(state, task),
    onChange: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
