/** Leases and a watchdog in the hands of a test: nothing is granted, silent or killed unless it says so. */
import type { AgentComponents } from '../../../node/agent/index.ts'
import type { Guard, Watchdog } from '../../../node/ports/watchdog.ts'
import type { TaskId } from '../../../protocols/decisions/index.ts'
import { CoterieError } from '../../../protocols/errors/index.ts'
import type { WantedLease } from '../../../protocols/leases/index.ts'

export const createHandLeases = () => {
  const untilMs = new Map<TaskId, number>()
  const moving = new Set<TaskId>()
  const listeners = new Set<(tasks: readonly TaskId[]) => void>()
  let wanted: readonly WantedLease[] = []
  const tell = (task: TaskId) => {
    for (const listener of listeners) listener([task])
  }
  const leases: AgentComponents['leases'] = {
    want: (tasks) => {
      wanted = tasks
    },
    untilMs: (task) => untilMs.get(task) ?? null,
    isMoving: (task) => moving.has(task),
    onChange: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
  return {
    leases,
    wanted: () => wanted,
    grant: (task: TaskId, until = performance.now() + 60_000) => {
      untilMs.set(task, until)
      tell(task)
    },
    lapse: (task: TaskId) => {
      untilMs.delete(task)
      tell(task)
    },
    move: (task: TaskId) => {
      moving.add(task)
      tell(task)
    },
  }
}

export const createHandWatchdog = () => {
  const guards = new Map<TaskId, Guard>()
  const listeners = new Set<(task: TaskId, token: number) => void>()
  let isSilent = false
  const answering = <Answer>(answer: Answer): Promise<Answer> =>
    isSilent
      ? Promise.reject(new CoterieError('watchdogSilent', { detail: 'the test says so' }))
      : Promise.resolve(answer)
  const watchdog: Watchdog = {
    probe: async () => (isSilent ? 'the test says so' : null),
    guard: (guard) => answering(guard).then((taken) => void guards.set(taken.task, taken)),
    release: (task) => answering(task).then((taken) => void guards.delete(taken)),
    guarded: () => answering([...guards.values()]),
    onKilled: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close: async () => {},
  }
  return {
    watchdog,
    guards: guards as ReadonlyMap<TaskId, Guard>,
    silence: () => {
      isSilent = true
    },
    answer: () => {
      isSilent = false
    },
    tellKilled: (task: TaskId, token: number) => {
      for (const listener of listeners) listener(task, token)
    },
  }
}
