/**
 * Tasks as plain processes, for machines without Docker. A process never outlives the daemon that started it; what
 * it wrote and how it ended is kept until the task is removed.
 */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { TaskId } from '../../../protocols/decisions/index.ts'
import { CoterieError, isCoterieError } from '../../../protocols/errors/index.ts'
import type { Clock } from '../../ports/clock.ts'
import type { UsageMeter } from '../../ports/engine.ts'
import type { Logger } from '../../ports/logger.ts'
import type { ObservedTask, Runtime, TaskStart } from '../../ports/runtime.ts'
import type { KillHandle } from '../../ports/watchdog.ts'
import { groupBearing } from '../own-group.ts'
import { choosePorts } from './choose-ports.ts'
import { findCommand, processEnvironment } from './command.ts'
import { type LaunchedProcess, launch } from './launch.ts'
import { loadRecords } from './load.ts'
import { readLog } from './read-log.ts'
import { type ProcessRecord, startTicksOf, writeRecord } from './record.ts'
import { createTaskLog, type TaskLog } from './task-log.ts'
import { usageOfGroups } from './usage.ts'

/** Between being asked to stop and being killed, where nobody says. */
const STOP_GRACE_MS = 10_000
/** When the daemon stops, processes have this long to end by themselves; service managers wait longer for the daemon. */
const CLOSE_GRACE_MS = 5_000
/** A child that left the group keeps the output open; the program's own last lines are here well before this. */
const OUTPUT_WAIT_MS = 2_000

/** A control group of its own for each task, where this machine can give one; the daemon has it from the watchdog's part. */
export interface TaskGroups {
  /** Puts a process, and with it all that it will start, into a group of that name. Where none can be made, it stays where it is. */
  hold(name: string, pid: number): Promise<void>
  /** Kills what is left in the group, and removes it. What is not there has ended. */
  end(name: string): Promise<void>
}

export interface ProcessRuntimeComponents {
  readonly groups: TaskGroups
  readonly clock: Clock
  readonly logger: Logger
}

export interface ProcessRuntimeInit {
  readonly node: string
  /** Directory for the directories of the tasks; of this runtime alone. */
  readonly dir: string
}

/** A task that this machine knows. */
interface Entry {
  record: ProcessRecord
  readonly log: TaskLog
  /** Null when it does not run. */
  running: { readonly launched: LaunchedProcess; readonly settled: Promise<void> } | null
}

const observed = ({ record, running }: Entry): ObservedTask => {
  const { task, token, ports, startedAtMs, end } = record
  return running === null
    ? { state: 'exited', task, token, exitCode: end?.exitCode ?? null, signal: end?.signal ?? null }
    : { state: 'running', task, token, ports, startedAtMs }
}

/** Runs tasks, and counts what they use. */
export type ProcessRuntime = Runtime & UsageMeter

/** A runtime over `dir`; nothing is read or made before the first call. */
export const createProcessRuntime = (
  { groups, clock, logger }: ProcessRuntimeComponents,
  { node, dir }: ProcessRuntimeInit,
): ProcessRuntime => {
  const entries = new Map<TaskId, Entry>()
  const starts = new Map<TaskId, Promise<void>>()
  /** Of tasks whose spec says; a process ends with the daemon, so no disk is needed. */
  const graces = new Map<TaskId, number>()
  /** Processes whose program has not begun. */
  const waiting = new Map<TaskId, LaunchedProcess>()
  const listeners = new Set<() => void>()
  let loading: Promise<void> | null = null
  let closed = false

  /** One for each task and node: several nodes may share a machine. */
  const groupOf = (task: TaskId): string => `${node.slice(-8)}-${task}`
  const taskDir = (task: TaskId): string => join(dir, task)
  const newLog = (task: TaskId): TaskLog => createTaskLog(join(taskDir(task), '.coterie-logs'), clock)
  const pause = (delayMs: number): Promise<void> =>
    new Promise((resolve) => void clock.after(delayMs, resolve))

  const tell = (): void => {
    for (const listener of listeners) listener()
  }

  const load = async (): Promise<void> => {
    for (const record of await loadRecords(dir)) {
      await groups.end(groupOf(record.task))
      entries.set(record.task, { record, log: newLog(record.task), running: null })
    }
  }
  const loaded = (): Promise<void> => {
    loading ??= load().catch((error) => {
      loading = null
      throw error
    })
    return loading
  }

  /** Waits for the end of a process and keeps it. */
  const settle = async (
    entry: Entry,
    launched: LaunchedProcess,
    output: Promise<unknown>,
    recorded: Promise<void>,
  ): Promise<void> => {
    const end = await launched.ended
    await groups.end(groupOf(entry.record.task))
    const written = Promise.allSettled([output, recorded])
    await Promise.race([written, pause(OUTPUT_WAIT_MS)])
    launched.stdout.destroy()
    launched.stderr.destroy()
    await written
    try {
      // An end that the daemon's own stop brought about says nothing about the task.
      if (closed) return
      entry.record = { ...entry.record, end }
      await writeRecord(taskDir(entry.record.task), entry.record)
    } finally {
      entry.running = null
      entry.log.setOpen(false)
      tell()
    }
  }

  /** Takes a process that has just been launched into the books. */
  const keep = async (launched: LaunchedProcess, about: Omit<ProcessRecord, 'startTicks'>): Promise<void> => {
    const { task } = about
    const log = entries.get(task)?.log ?? newLog(task)
    log.setOpen(true)
    const output = Promise.all([
      log.capture('stdout', launched.stdout),
      log.capture('stderr', launched.stderr),
    ])
    output.catch((error) => logger.warn({ task, error }, 'output of a process was lost'))
    const record = { ...about, startTicks: await startTicksOf(launched.pid) }
    const recorded = writeRecord(taskDir(task), record)
    const entry: Entry = { record, log, running: null }
    const settled = settle(entry, launched, output, recorded).catch((error) =>
      logger.error({ task, error }, 'the end of a process could not be kept'),
    )
    entry.running = { launched, settled }
    entries.set(task, entry)
    try {
      await recorded
    } catch (error) {
      launched.signal('SIGKILL')
      throw error
    }
    tell()
  }

  /** Resolves when the program may begin. Where it may not, nothing of it is left. */
  const prepared = async (start: TaskStart, launched: LaunchedProcess): Promise<void> => {
    const { task } = start
    waiting.set(task, launched)
    try {
      await groups.hold(groupOf(task), launched.pid)
      await start.onPrepared()
    } catch (error) {
      launched.signal('SIGKILL')
      await launched.ended
      await groups.end(groupOf(task))
      throw error
    } finally {
      waiting.delete(task)
    }
  }

  const run = async (start: TaskStart): Promise<void> => {
    const { task, token, spec } = start
    const [command = '', ...args] = spec.process?.command ?? []
    graces.set(task, spec.container?.stopGraceMs ?? STOP_GRACE_MS)
    const running = [...entries.values()].filter((entry) => entry.running !== null)
    const taken = new Set(running.flatMap(({ record }) => record.ports.map(({ port }) => port)))
    const ports = await choosePorts(spec.ports, taken)
    const cwd = taskDir(task)
    const env = processEnvironment(node, start, cwd, ports)
    const argv = [await findCommand(command, env.PATH), ...args]
    await mkdir(cwd, { recursive: true, mode: 0o700 })
    const launched = await launch({ argv, cwd, env })
    await prepared(start, launched)
    await keep(launched, { task, token, pid: launched.pid, startedAtMs: clock.wallMs(), ports, end: null })
    launched.begin()
  }

  const start = async (start: TaskStart, signal: AbortSignal): Promise<void> => {
    await loaded()
    signal.throwIfAborted()
    const { task } = start
    if (entries.get(task)?.running) return
    const present = starts.get(task)
    if (present !== undefined) return present
    const starting = run(start).finally(() => starts.delete(task))
    starts.set(task, starting)
    try {
      await starting
    } catch (error) {
      if (isCoterieError(error)) throw error
      throw new CoterieError('startFailed', { task, detail: (error as Error).message }, { cause: error })
    }
  }

  const stop = async (task: TaskId, graceMs: number | null): Promise<void> => {
    await loaded()
    const running = entries.get(task)?.running
    if (!running) return
    running.launched.signal('SIGTERM')
    await Promise.race([running.settled, pause(graceMs ?? graces.get(task) ?? STOP_GRACE_MS)])
    running.launched.signal('SIGKILL')
    await running.settled
  }

  const killHandle = async (task: TaskId): Promise<KillHandle> => {
    const launched = waiting.get(task) ?? entries.get(task)?.running?.launched
    if (launched === undefined)
      throw new CoterieError('killHandleUnknown', { task, detail: 'it does not run' })
    const path = await groupBearing(launched.pid, groupOf(task))
    if (path !== null) return { type: 'cgroup', path }
    const startTicks = await startTicksOf(launched.pid)
    if (startTicks === null)
      throw new CoterieError('killHandleUnknown', { task, detail: 'its process is not seen in /proc' })
    const environment = [`COTERIE_TASK=${task}`, `COTERIE_NODE=${node}`]
    return { type: 'processGroup', leader: launched.pid, startTicks: Number(startTicks), environment }
  }

  return {
    kind: 'process',
    usage: () => {
      const running = [...entries.values()].filter(({ running }) => running !== null)
      const groups = new Map(running.map(({ record: { task, pid } }) => [task, pid]))
      return usageOfGroups(groups, clock.wallMs())
    },
    probe: async () => {
      try {
        await loaded()
        return null
      } catch (error) {
        return `the directory of its tasks cannot be used: ${(error as Error).message}`
      }
    },
    list: async () => {
      await loaded()
      return [...entries.values()].map(observed)
    },
    start,
    stop,
    remove: async (task) => {
      await stop(task, 0)
      entries.delete(task)
      graces.delete(task)
      await rm(taskDir(task), { recursive: true, force: true })
    },
    killHandle,
    logs: (task, options) => {
      const entry = entries.get(task)
      if (entry === undefined) throw new CoterieError('taskUnknown', { task })
      return readLog(entry.log, options)
    },
    onChange: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close: async () => {
      closed = true
      await Promise.all([...entries.keys()].map((task) => stop(task, CLOSE_GRACE_MS)))
    },
  }
}
