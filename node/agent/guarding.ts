/**
 * What the watchdog of this machine is told of exclusive tasks, and whether it can be told anything.
 *
 * Guarantees: while a task is known here to run, its lease counts as renewed only once the watchdog has its new end; a
 * program of an exclusive task begins after its guard where the runtime knows its processes before, else the guard follows at once.
 */
import type { TaskId } from '../../protocols/decisions/index.ts'
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'
import type { RuntimeKind } from '../../protocols/tasks/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Runtime } from '../ports/runtime.ts'
import type { Service } from '../ports/service.ts'
import type { KillHandle, Watchdog } from '../ports/watchdog.ts'

/** Between two questions to a watchdog that can kill, and to one that cannot. */
const PROBE_MS = 5_000
const PROBE_AGAIN_MS = 1_000

/** Until when a task may run, by the clock. */
export interface TaskGuard {
  readonly task: TaskId
  readonly token: number
  readonly untilMs: number
}

export interface GuardingComponents {
  readonly watchdog: Watchdog
  readonly runtimes: readonly Runtime[]
  readonly clock: Clock
  readonly logger: Logger
  /** The runtime that shows the task as running; null where none does. */
  runningIn(task: TaskId): Runtime | null
  /** When the lease of a task ends; null where there is none. */
  leaseUntilMs(task: TaskId): number | null
  /** Called when the watchdog can kill more or less than before, or has killed. */
  onChange(): void
}

export interface Guarding extends Service {
  /** Runtimes whose tasks the watchdog can kill. */
  kinds(): readonly RuntimeKind[]
  /** Tells a later end of a lease. @throws what says that it is not renewed */
  guard(guard: TaskGuard): Promise<void>
  /** Just before the program begins. @throws `leaseLapsed`, `watchdogSilent`, `watchdogRefused` */
  beforeStart(task: TaskId, token: number, runtime: Runtime): Promise<void>
  /** Just after: what was foretold of the processes is seen now. @throws as `beforeStart`, `killHandleUnknown` */
  afterStart(task: TaskId, token: number, runtime: Runtime): Promise<void>
  /** Where the end was seen, nothing is left to kill; else the runtime may still start what it was asked to. */
  attemptEnded(task: TaskId, isSeen: boolean): void
  /** The task is gone from the machine. */
  release(task: TaskId): Promise<void>
  /** Whether the watchdog guards it still for an earlier life of this daemon. */
  isInherited(task: TaskId): boolean
  /** Whether the watchdog killed it since it was last started here. */
  wasKilled(task: TaskId): boolean
}

export const createGuarding = (components: GuardingComponents): Guarding => {
  const { watchdog, runtimes, clock, logger, runningIn, leaseUntilMs, onChange } = components
  const handles = new Map<TaskId, KillHandle>()
  /** Prepared or begun, and its processes not known yet. */
  const unknown = new Set<TaskId>()
  const killed = new Set<TaskId>()
  let inherited: ReadonlyMap<TaskId, number> = new Map()
  let kinds: readonly RuntimeKind[] = []
  let cancelProbe = (): void => {}
  let unsubscribe = (): void => {}
  let stopped = false

  const setKinds = (next: readonly RuntimeKind[]): void => {
    if (next.join() === kinds.join()) return
    kinds = next
    onChange()
  }

  const probe = async (): Promise<void> => {
    const able: RuntimeKind[] = []
    for (const { kind } of runtimes) {
      const detail = await watchdog.probe(kind).catch((error: Error) => error.message)
      if (detail === null) able.push(kind)
      else if (kinds.includes(kind))
        logger.warn({ runtime: kind, detail }, 'no watchdog: no exclusive work here')
    }
    if (stopped) return
    setKinds(able)
    cancelProbe()
    cancelProbe = clock.after(able.length > 0 ? PROBE_MS : PROBE_AGAIN_MS, () => void probe())
  }

  const tell = async ({ task, token, untilMs }: TaskGuard, handle: KillHandle): Promise<void> => {
    try {
      await watchdog.guard({ task, token, handle, untilBootMs: untilMs })
    } catch (error) {
      if (isCoterieError(error, 'watchdogSilent')) {
        setKinds([])
        void probe()
      }
      throw error
    }
  }

  const learnHandle = async (task: TaskId, runtime: Runtime): Promise<KillHandle> => {
    const handle = await runtime.killHandle(task)
    handles.set(task, handle)
    unknown.delete(task)
    return handle
  }

  /** The lease as it stands now, told to the watchdog. */
  const guardNow = async (task: TaskId, token: number, runtime: Runtime): Promise<void> => {
    const handle = await learnHandle(task, runtime)
    const untilMs = leaseUntilMs(task)
    if (untilMs !== null) await tell({ task, token, untilMs }, handle)
    if (leaseUntilMs(task) === null) throw new CoterieError('leaseLapsed', { task })
  }

  const forget = (task: TaskId): void => {
    handles.delete(task)
    unknown.delete(task)
    killed.delete(task)
  }

  /** A guard that stays kills at most what must not run. */
  const release = (task: TaskId): Promise<void> =>
    watchdog
      .release(task)
      .catch((error: unknown) => logger.debug({ task, error }, 'a guard was not released'))

  return {
    kinds: () => kinds,
    guard: async (guard) => {
      const { task } = guard
      if (unknown.has(task))
        throw new CoterieError('killHandleUnknown', { task, detail: 'it is being started' })
      const runtime = runningIn(task)
      const handle = handles.get(task) ?? (runtime === null ? null : await learnHandle(task, runtime))
      if (handle !== null) await tell(guard, handle)
    },
    beforeStart: async (task, token, runtime) => {
      forget(task)
      unknown.add(task)
      try {
        await guardNow(task, token, runtime)
      } catch (error) {
        if (!isCoterieError(error, 'killHandleUnknown')) throw error
        if (leaseUntilMs(task) === null) throw new CoterieError('leaseLapsed', { task }, { cause: error })
      }
    },
    afterStart: guardNow,
    attemptEnded: (task, isSeen) => {
      forget(task)
      if (isSeen) void release(task)
    },
    release: async (task) => {
      forget(task)
      await release(task)
    },
    isInherited: (task) => !handles.has(task) && clock.nowMs() < (inherited.get(task) ?? 0),
    wasKilled: (task) => killed.has(task),
    start: async () => {
      unsubscribe = watchdog.onKilled((task, token) => {
        logger.warn({ task, token }, 'the watchdog killed a task whose lease had lapsed')
        killed.add(task)
        onChange()
      })
      const guarded = await watchdog.guarded().catch(() => [])
      inherited = new Map(guarded.map(({ task, untilBootMs }) => [task, untilBootMs]))
      await probe()
    },
    stop: async () => {
      stopped = true
      cancelProbe()
      unsubscribe()
    },
  }
}
