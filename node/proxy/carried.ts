/** What is connected to the tasks of this node; how they are left in peace. See docs/design/proxy.md. */
import type { Clock } from '../ports/clock.ts'
import { DRAIN_LOOK_MS, DRAIN_MS, QUIET_LATE_MS, QUIET_MS } from './limits.ts'

/** A connection with a task, under way or about to be. */
export interface Carried {
  /** For how long nothing was said, where the task spoke last; null otherwise. */
  quietMs(): number | null
  /** Ends it when what was said has been delivered. */
  end(): void
}

export interface CarriedTasks {
  /** Returns what tells that it is over. */
  add(task: string, carried: Carried): () => void
  drain(task: string): Promise<void>
  /** Gives up all waits. */
  stop(): void
}

export const createCarriedTasks = (clock: Clock): CarriedTasks => {
  const byTask = new Map<string, Set<Carried>>()
  const waits = new Set<() => void>()

  /** Ends what is quiet; true where nothing is left. */
  const look = (task: string, forMs: number): boolean => {
    const quietMs = forMs < DRAIN_MS / 2 ? QUIET_MS : QUIET_LATE_MS
    for (const carried of byTask.get(task) ?? []) if ((carried.quietMs() ?? -1) >= quietMs) carried.end()
    return !byTask.has(task)
  }

  return {
    add: (task, carried) => {
      const ofTask = byTask.get(task) ?? new Set()
      byTask.set(task, ofTask)
      ofTask.add(carried)
      return () => {
        ofTask.delete(carried)
        if (ofTask.size === 0 && byTask.get(task) === ofTask) byTask.delete(task)
      }
    },
    drain: async (task) => {
      const fromMs = clock.nowMs()
      for (;;) {
        const forMs = clock.nowMs() - fromMs
        if (look(task, forMs) || forMs >= DRAIN_MS) return
        const { promise, resolve } = Promise.withResolvers<void>()
        waits.add(resolve)
        const cancel = clock.after(DRAIN_LOOK_MS, resolve)
        await promise
        cancel()
        if (!waits.delete(resolve)) return
      }
    },
    stop: () => {
      const waiting = [...waits]
      waits.clear()
      for (const resolve of waiting) resolve()
    },
  }
}
