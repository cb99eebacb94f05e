/**
 * What the runtimes of this machine show: whether each answers, and its tasks. Looked at again at every hint, after every
 * act, and regularly, since hints get lost; less and less often while a runtime is silent.
 */
import type { TaskId } from '../../protocols/decisions/index.ts'
import type { RuntimeKind } from '../../protocols/tasks/index.ts'
import type { Clock, Random } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Runtime } from '../ports/runtime.ts'
import type { Service } from '../ports/service.ts'
import type { SeenTask } from './advance.ts'
import type { Presence } from './choose-runtime.ts'

/** Between two looks without a hint: a lost hint is made good within this. */
const LOOK_AGAIN_MS = 30_000
/** First and longest wait for a runtime that is silent; a probe costs a millisecond. */
const SILENT_RETRY_BASE_MS = 250
const SILENT_RETRY_MAX_MS = 5_000
/** An engine may start after the daemon, or be restarted, within this; then tasks go elsewhere. */
const SILENT_GRACE_MS = 20_000

export interface MachineComponents {
  readonly runtimes: readonly Runtime[]
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  /** Called after each look. */
  onLook(): void
}

export interface Machine extends Service {
  tasks(): readonly TaskId[]
  /** As the last look showed it; null where it did not. */
  seen(task: TaskId): SeenTask | null
  presence(kind: RuntimeKind): Presence
  runtime(kind: RuntimeKind): Runtime
  /** Resolves after a look that began after the call. */
  look(kind: RuntimeKind): Promise<void>
}

/** One runtime under watch. */
const createWatch = (runtime: Runtime, components: MachineComponents) => {
  const { clock, random, logger, onLook } = components
  let tasks: ReadonlyMap<TaskId, SeenTask> = new Map()
  /** Null while it answers. */
  let silence: { readonly detail: string; readonly sinceMs: number; readonly looks: number } | null = null
  let current: Promise<void> | null = null
  let following: Promise<void> | null = null
  let cancelTimer = (): void => {}
  let unsubscribe = (): void => {}
  let stopped = false

  const hear = (detail: string | null): void => {
    if (detail === null) {
      if (silence !== null) logger.info({ runtime: runtime.kind }, 'the runtime answers')
      silence = null
      return
    }
    if (silence === null) logger.warn({ runtime: runtime.kind, detail }, 'the runtime does not answer')
    silence = { detail, sinceMs: silence?.sinceMs ?? clock.nowMs(), looks: (silence?.looks ?? 0) + 1 }
  }

  const lookOnce = async (): Promise<void> => {
    try {
      const detail = await runtime.probe()
      if (detail === null) {
        const list = await runtime.list()
        tasks = new Map(list.map((observed) => [observed.task, { runtime: runtime.kind, observed }]))
      }
      hear(detail)
    } catch (error) {
      hear((error as Error).message)
    }
    if (stopped) return
    cancelTimer()
    const ceilingMs =
      silence === null
        ? LOOK_AGAIN_MS
        : Math.min(SILENT_RETRY_MAX_MS, SILENT_RETRY_BASE_MS * 2 ** Math.min(silence.looks, 10))
    cancelTimer = clock.after(ceilingMs * (0.5 + random() / 2), () => void look())
    onLook()
  }

  const look = (): Promise<void> => {
    if (current === null) {
      current = lookOnce().finally(() => {
        current = null
      })
      return current
    }
    following ??= current.then(() => {
      following = null
      return look()
    })
    return following
  }

  return {
    runtime,
    look,
    tasks: () => tasks,
    presence: (): Presence => {
      if (silence === null) return { type: 'up' }
      const recent = clock.nowMs() - silence.sinceMs < SILENT_GRACE_MS
      return { type: recent ? 'silent' : 'gone', detail: silence.detail }
    },
    start: async () => {
      unsubscribe = runtime.onChange(() => void look())
      await look()
    },
    stop: async () => {
      stopped = true
      unsubscribe()
      cancelTimer()
      await current
    },
  }
}

export const createMachine = (components: MachineComponents): Machine => {
  const watches = new Map(
    components.runtimes.map((runtime) => [runtime.kind, createWatch(runtime, components)]),
  )
  const watchOf = (kind: RuntimeKind) => {
    const watch = watches.get(kind)
    if (watch === undefined) throw new Error(`this node has no ${kind} runtime`)
    return watch
  }
  const all = () => [...watches.values()]
  return {
    tasks: () => all().flatMap((watch) => [...watch.tasks().keys()]),
    seen: (task) => {
      for (const watch of watches.values()) {
        const seen = watch.tasks().get(task)
        if (seen !== undefined) return seen
      }
      return null
    },
    presence: (kind) => watches.get(kind)?.presence() ?? { type: 'none' },
    runtime: (kind) => watchOf(kind).runtime,
    look: (kind) => watchOf(kind).look(),
    start: async () => {
      await Promise.all(all().map((watch) => watch.start()))
    },
    stop: async () => {
      await Promise.all(all().map((watch) => watch.stop()))
    },
  }
}
