/**
 * The guards, and what becomes of them: the deadlines are looked at, what is due is killed, and each kill is told until
 * the daemon heard of it. Guarantees: a guard is on disk when it is answered; nothing is killed before its deadline; a kill is
 * repeated until nothing is left, and only then told; what lapsed and begins once more, as by an engine that hung, is killed again.
 */
import type { TaskId } from '../../protocols/decisions/index.ts'
import type { Logger } from '../ports/logger.ts'
import type { Guard } from '../ports/watchdog.ts'
import { createComplaints } from './complaints.ts'
import type { GuardFile } from './guard-file.ts'
import type { Killer } from './killer.ts'
import { AHEAD_MS_MAX, GUARDS_MAX, IDLE_LOOK_MS, KILL_RETRY_MS, LAPSED_STAY_MS, LOOK_MS } from './limits.ts'
import { createSaving } from './saving.ts'
import type { GuardTerms, Killed } from './words.ts'

export interface KeeperComponents {
  readonly killer: Killer
  readonly file: GuardFile
  /** The boot clock. */
  nowMs(): number
  /** False once another watchdog has taken the directory; this one kills nothing any more then. */
  isOwner(): Promise<boolean>
  readonly logger: Logger
}

export interface Keeper {
  /** Goes on with what the file holds. */
  start(): Promise<void>
  stop(): void
  /** Null once it is guarded; else why it is not. */
  guard(guard: Guard): Promise<string | null>
  release(task: TaskId): Promise<void>
  /** The daemon heard of this kill. */
  seen(killed: Killed): Promise<void>
  /** Kills of which the daemon has not said that it heard of them. */
  unseen(): readonly Killed[]
  list(): readonly GuardTerms[]
  /** True while a deadline is ahead or a kill is under way. */
  isWaiting(): boolean
  /** True where nothing is guarded, or lapsed so long ago that nothing of it will begin again. */
  isDone(): boolean
  /** Looks at once: time may have passed in which this process stood still. */
  look(): void
  onKilled(listener: (killed: Killed) => void): void
  /** Called once where another watchdog has taken the directory. */
  onLost(listener: () => void): void
}

interface Entry {
  readonly guard: Guard
  phase: 'waiting' | 'killing' | 'lapsed'
  isSeen: boolean
  /** A look whether it began again is under way. */
  isLookedAt: boolean
}

const newEntry = (guard: Guard, phase: Entry['phase'], isSeen = false): Entry => ({
  guard,
  phase,
  isSeen,
  isLookedAt: false,
})

export const createKeeper = ({ killer, file, nowMs, isOwner, logger }: KeeperComponents): Keeper => {
  const entries = new Map<TaskId, Entry>()
  let tellKilled: (killed: Killed) => void = () => {}
  let tellLost: () => void = () => {}
  let timer: NodeJS.Timeout | undefined
  let isStopped = false

  const save = createSaving(() =>
    file.save(
      Array.from(entries.values(), ({ guard, phase, isSeen }) => ({
        ...guard,
        hasLapsed: phase === 'lapsed',
        isSeen,
      })),
    ),
  )
  const saveIfPossible = (): Promise<void> =>
    save().catch((error) => logger.error({ detail: String(error) }, 'what is guarded could not be written'))

  const stop = (): void => {
    isStopped = true
    clearTimeout(timer)
  }

  /** True while this is the watchdog of its directory; ends it otherwise. */
  const owns = async (): Promise<boolean> => {
    if (isStopped || (await isOwner())) return !isStopped
    if (!isStopped) tellLost()
    stop()
    return false
  }

  const arm = (): void => {
    clearTimeout(timer)
    if (isStopped) return
    const waiting = [...entries.values()].filter(({ phase }) => phase === 'waiting')
    const first = Math.min(...waiting.map(({ guard }) => guard.untilBootMs))
    const afterMs = Math.min(first - nowMs(), entries.size > 0 ? LOOK_MS : IDLE_LOOK_MS)
    timer = setTimeout(look, Math.max(0, afterMs))
  }

  const attempt = async ({ guard }: Entry, isToBeSaid: () => boolean): Promise<boolean> => {
    try {
      return await killer.kill(guard.handle)
    } catch (error) {
      if (isToBeSaid())
        logger.error({ task: guard.task, detail: String(error) }, 'attempts to kill fail, and are repeated')
      return false
    }
  }

  const kill = async (entry: Entry): Promise<void> => {
    const { task, token } = entry.guard
    const isAgain = entry.phase === 'lapsed'
    entry.phase = 'killing'
    logger.warn(
      { task, fencingToken: token },
      isAgain ? 'it began again: killing' : 'the lease lapsed: killing',
    )
    const isToBeSaid = createComplaints(nowMs)
    for (let tries = 1; !(await attempt(entry, isToBeSaid)); tries++) {
      // What does not die within a second sleeps uninterruptibly: no hurry then.
      const pauseMs = tries * KILL_RETRY_MS < 1_000 ? KILL_RETRY_MS : LOOK_MS * 10
      await new Promise<void>((resolve) => void setTimeout(resolve, pauseMs))
      // What was released ended, or is the daemon's to end.
      if (entries.get(task) !== entry || !(await owns())) return
    }
    entry.phase = 'lapsed'
    logger.warn({ task, fencingToken: token }, 'killed')
    if (isAgain) return
    await saveIfPossible()
    tellKilled({ task, token })
  }

  /** A look at one that lapsed; it may have been released meanwhile. */
  const lookAgain = async (entry: Entry): Promise<void> => {
    if (entry.isLookedAt) return
    entry.isLookedAt = true
    const isBack = await killer.isBack(entry.guard.handle).catch(() => true)
    entry.isLookedAt = false
    if (isBack && entry.phase === 'lapsed' && entries.get(entry.guard.task) === entry) await kill(entry)
  }

  const look = async (): Promise<void> => {
    const atMs = nowMs()
    if (!(await owns())) return
    for (const entry of entries.values()) {
      if (entry.phase === 'lapsed') void lookAgain(entry)
      else if (entry.phase === 'waiting' && entry.guard.untilBootMs <= atMs) void kill(entry)
    }
    arm()
  }

  const refusal = async ({ task, token, untilBootMs, handle }: Guard): Promise<string | null> => {
    const known = entries.get(task)
    if (known?.phase === 'killing') return 'its lease lapsed, and it is being killed'
    if (known !== undefined && token < known.guard.token)
      return `its token ${token} is older than ${known.guard.token}, which is guarded`
    if (known === undefined && entries.size >= GUARDS_MAX) return `${GUARDS_MAX} tasks are guarded already`
    if (untilBootMs > nowMs() + AHEAD_MS_MAX) return 'its deadline is more than an hour away'
    return killer.obstacle(handle)
  }

  const takeOver = async (): Promise<void> => {
    const { guards, unreadable } = await file.load()
    for (const { hasLapsed, isSeen, ...guard } of guards)
      entries.set(guard.task, newEntry(guard, hasLapsed ? 'lapsed' : 'waiting', isSeen))
    for (const detail of unreadable)
      logger.error({ detail }, 'an earlier watchdog kept what cannot be read as a guard')
  }

  return {
    start: async () => {
      await takeOver().catch((error) =>
        logger.error({ detail: String(error) }, 'what an earlier watchdog guarded cannot be read'),
      )
      await look()
    },
    stop,
    guard: async (guard) => {
      const refused = await refusal(guard)
      if (refused !== null) return refused
      // It may have lapsed while the handle was looked at.
      if (entries.get(guard.task)?.phase === 'killing') return 'its lease lapsed, and it is being killed'
      entries.set(guard.task, newEntry(guard, 'waiting'))
      arm()
      await save()
      return (await owns()) ? null : 'another watchdog has taken over'
    },
    release: async (task) => {
      if (!entries.has(task)) return
      entries.delete(task)
      await saveIfPossible()
    },
    seen: async ({ task, token }) => {
      const entry = entries.get(task)
      if (entry === undefined || entry.guard.token !== token || entry.isSeen) return
      entry.isSeen = true
      await saveIfPossible()
    },
    unseen: () =>
      [...entries.values()]
        .filter(({ phase, isSeen }) => phase === 'lapsed' && !isSeen)
        .map(({ guard: { task, token } }) => ({ task, token })),
    list: () =>
      Array.from(entries.values(), ({ guard: { task, token, untilBootMs } }) => ({
        task,
        token,
        untilBootMs,
      })),
    isWaiting: () => [...entries.values()].some(({ phase }) => phase !== 'lapsed'),
    isDone: () =>
      [...entries.values()].every(
        ({ phase, guard }) => phase === 'lapsed' && guard.untilBootMs + LAPSED_STAY_MS < nowMs(),
      ),
    look: () => void look(),
    onKilled: (listener) => {
      tellKilled = listener
    },
    onLost: (listener) => {
      tellLost = listener
    },
  }
}
