import type { TaskId } from '../../protocols/decisions/index.ts'
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Watchdog } from '../ports/watchdog.ts'
import { obstacleBeside } from './fate.ts'
import { openLink } from './link.ts'
import type { Killed, WatchdogView } from './words.ts'

export interface WatchdogClientComponents {
  readonly clock: Clock
  readonly logger: Logger
  /** Starts a watchdog for this directory; null where that is somebody else's part. */
  readonly startOne: (() => Promise<void>) | null
}

export interface WatchdogClientInit {
  readonly dataDir: string
}

export interface WatchdogClient extends Watchdog {
  /** How it was when it last answered; null while it does not. */
  view(): WatchdogView | null
}

/** The watchdog of a data directory, over its socket. It begins to look for it at once. */
export const createWatchdogClient = (
  components: WatchdogClientComponents,
  { dataDir }: WatchdogClientInit,
): WatchdogClient => {
  const listeners = new Set<(task: TaskId, token: number) => void>()
  /** Told before anybody listened. */
  const untold: Killed[] = []

  const tell = (killed: Killed): void => {
    if (listeners.size === 0) {
      untold.push(killed)
      return
    }
    for (const listener of listeners) listener(killed.task, killed.token)
    // Where this gets lost it is told again.
    link.ask({ type: 'seen', ...killed }).catch(() => {})
  }
  const link = openLink({ ...components, onKilled: tell }, dataDir)

  return {
    view: link.view,
    probe: async (kind) => {
      try {
        const answer = await link.ask({ type: 'look' })
        if ('refused' in answer) return answer.refused
        const { view } = answer
        const obstacles = kind === undefined ? [view.docker, view.process] : [view[kind]]
        return obstacles.find((obstacle) => obstacle !== null) ?? (await obstacleBeside(view))
      } catch (error) {
        if (isCoterieError(error, 'watchdogSilent')) return `no watchdog answers: ${error.data.detail}`
        throw error
      }
    },
    guard: async (guard) => {
      const untilBootMs = Math.floor(guard.untilBootMs)
      const answer = await link.ask({ type: 'guard', guard: { ...guard, untilBootMs } })
      if ('refused' in answer)
        throw new CoterieError('watchdogRefused', { task: guard.task, detail: answer.refused })
    },
    guarded: async () => {
      const answer = await link.ask({ type: 'list' })
      if ('refused' in answer) throw new CoterieError('watchdogSilent', { detail: answer.refused })
      return answer.guards ?? []
    },
    release: async (task) => void (await link.ask({ type: 'release', task })),
    onKilled: (listener) => {
      listeners.add(listener)
      for (const killed of untold.splice(0)) tell(killed)
      return () => void listeners.delete(listener)
    },
    close: async () => link.close(),
  }
}
