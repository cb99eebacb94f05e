import type { TaskId } from '../../protocols/decisions/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { WantedLease } from '../../protocols/leases/index.ts'
import type { RuntimeKind, TaskStatus } from '../../protocols/tasks/index.ts'
import type { Clock, Random } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { LogLine, LogsOptions, Runtime } from '../ports/runtime.ts'
import type { Service } from '../ports/service.ts'
import type { RecordStore } from '../ports/storage.ts'
import type { Watchdog } from '../ports/watchdog.ts'
import type { DesiredTask } from './advance.ts'
import { createGuarding, type TaskGuard } from './guarding.ts'
import { createMachine } from './machine.ts'
import { createObeyedSlots } from './obeyed.ts'
import { createTaskWorker, type TaskWorker } from './task-worker.ts'

export interface AgentComponents {
  /** At most one of each kind; the agent closes them when it stops. */
  readonly runtimes: readonly Runtime[]
  /** Of exclusive tasks; see `node/leases`. */
  readonly leases: {
    want(tasks: readonly WantedLease[]): void
    untilMs(task: TaskId): number | null
    isMoving(task: TaskId): boolean
    onChange(listener: (tasks: readonly TaskId[]) => void): () => void
  }
  /** Whoever gave it closes it. */
  readonly watchdog: Watchdog
  readonly clock: Clock
  readonly random: Random
  /** A collection of the agent's own. */
  readonly records: RecordStore
  readonly logger: Logger
}

/** Null when the task is gone from this node and its status with it. */
export type StatusListener = (task: TaskId, status: TaskStatus | null) => void

export interface Agent extends Service {
  /**
   * What the followed log gives to this node: all of it, each time. `caughtUp` says that the log is followed up to
   * an index which was confirmed as committed after this start of the daemon; before that nothing new is
   * started and nothing is stopped.
   */
  setDesired(tasks: readonly DesiredTask[], caughtUp: boolean): void
  statuses(): ReadonlyMap<TaskId, TaskStatus>
  /** The tasks of this node that the runtimes showed at their last look, desired or not. */
  present(): readonly TaskId[]
  /** Returns the end of the subscription. */
  onStatus(listener: StatusListener): () => void
  /** The runtimes that answer now. */
  available(): readonly RuntimeKind[]
  /** The runtimes whose tasks the watchdog can kill now. */
  guards(): readonly RuntimeKind[]
  /** Called when `available` or `guards` may say something else. Returns the end of the subscription. */
  onRunnable(listener: () => void): () => void
  /** A lease is about to be renewed: resolves once the watchdog has its new end. @throws what says that it has not */
  guard(guard: TaskGuard): Promise<void>
  /** @throws `taskUnknown`, `engineUnreachable` */
  logs(task: TaskId, options: LogsOptions): AsyncIterable<LogLine>
}

/** `<project>.<service>.<slot>` of a task id. */
const slotOf = (task: TaskId): string => task.slice(0, task.lastIndexOf('.'))

/**
 * Runs what the log gives to this node, and tells how it is. Tasks are independent of each other, but for those
 * of one slot: the next begins when the one before is gone from this machine.
 */
export const createAgent = (components: AgentComponents): Agent => {
  const { runtimes, leases, watchdog, clock, random, records, logger } = components
  const workers = new Map<TaskId, TaskWorker>()
  const listeners = new Set<StatusListener>()
  const runnableListeners = new Set<() => void>()
  const obeyed = createObeyedSlots(records)
  let desired: ReadonlyMap<TaskId, DesiredTask> = new Map()
  let caughtUp = false
  let started = false
  let unsubscribe = (): void => {}

  const onStatus: StatusListener = (task, status) => {
    const { state, attempt, problem } = status ?? { state: 'forgotten', attempt: 0, problem: null }
    logger.info({ task, state, attempt, problem: problem?.code }, 'task status')
    for (const listener of listeners) listener(task, status)
    if (status === null) refresh()
    else wantLeases()
  }

  const wantLeases = (): void => {
    if (started) leases.want([...workers.values()].flatMap((worker) => worker.wantedLease() ?? []))
  }

  const slotTaken = (task: TaskId): boolean =>
    [...workers.values()].some(
      (other) => other.task !== task && slotOf(other.task) === slotOf(task) && other.desired() === null,
    )

  /** Gives each task that is desired, seen or told of its worker, and lets all of them ask again. */
  const refresh = (): void => {
    if (!started) return
    const present = new Set([...desired.keys(), ...machine.tasks()])
    for (const task of present) {
      if (!workers.has(task)) workers.set(task, createTaskWorker(task, workerComponents))
    }
    for (const worker of workers.values()) {
      worker.setDesired(desired.get(worker.task) ?? null)
      if (!present.has(worker.task) && worker.status() === null) workers.delete(worker.task)
    }
    wantLeases()
    for (const worker of workers.values()) worker.wake()
  }

  const tellRunnable = (): void => {
    for (const listener of runnableListeners) listener()
  }

  const machine = createMachine({
    runtimes,
    clock,
    random,
    logger,
    onLook: () => {
      refresh()
      tellRunnable()
    },
  })
  const guarding = createGuarding({
    watchdog,
    runtimes,
    clock,
    logger,
    runningIn: (task) => {
      const seen = machine.seen(task)
      return seen?.observed.state === 'running' ? machine.runtime(seen.runtime) : null
    },
    leaseUntilMs: (task) => leases.untilMs(task),
    onChange: () => {
      tellRunnable()
      if (started) for (const { kind } of runtimes) void machine.look(kind)
    },
  })
  const workerComponents = {
    machine,
    obeyed,
    leases,
    guarding,
    clock,
    random,
    logger,
    caughtUp: () => caughtUp,
    slotTaken,
    onStatus,
  }

  return {
    setDesired: (tasks, isCaughtUp) => {
      desired = new Map(tasks.map((task) => [task.assignment.task, task]))
      caughtUp = isCaughtUp
      refresh()
    },
    statuses: () => {
      const told = [...workers.values()].map((worker) => [worker.task, worker.status()] as const)
      return new Map(told.filter((entry): entry is [TaskId, TaskStatus] => entry[1] !== null))
    },
    present: () => machine.tasks(),
    onStatus: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    available: () => runtimes.map(({ kind }) => kind).filter((kind) => machine.presence(kind).type === 'up'),
    guards: () => guarding.kinds(),
    onRunnable: (listener) => {
      runnableListeners.add(listener)
      return () => void runnableListeners.delete(listener)
    },
    guard: (guard) => guarding.guard(guard),
    logs: (task, options) => {
      const seen = machine.seen(task)
      if (seen === null) throw new CoterieError('taskUnknown', { task })
      return machine.runtime(seen.runtime).logs(task, options)
    },
    start: async () => {
      await obeyed.load()
      await guarding.start()
      await machine.start()
      started = true
      unsubscribe = leases.onChange((tasks) => {
        for (const task of tasks) workers.get(task)?.heedLease()
      })
      refresh()
    },
    stop: async () => {
      started = false
      unsubscribe()
      await Promise.all([...workers.values()].map((worker) => worker.stop()))
      await machine.stop()
      await guarding.stop()
      await Promise.all(runtimes.map((runtime) => runtime.close()))
    },
  }
}
