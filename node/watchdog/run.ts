/** `coterie watchdog` from its start to its end. */

import { runChild } from './child.ts'
import { becomeReaper } from './first-process.ts'
import { createKiller } from './killer.ts'
import { LINGER_MS } from './limits.ts'
import { createLineLogger } from './line-logger.ts'
import { protectItself } from './protect.ts'
import { sweepTaskGroups } from './task-groups.ts'
import { startWatchdog } from './watchdog.ts'

export interface WatchdogRun {
  readonly dataDir: string
  readonly endsIdle: boolean
  /** Empty, or the daemon to run below the watchdog. */
  readonly command: readonly string[]
  /** What that daemon finds in its environment, besides this process's own. */
  readonly variables: Readonly<Record<string, string>>
  /** Called when it guards. */
  onReady(means: string): void
}

/**
 * Runs a watchdog in this process and resolves with the exit code: of the command where there is one, once every lease has lapsed
 * after its end; else when a signal asks it to end. @throws `watchdogRunning`, `watchdogUnusable`, `commandNotFound`
 */
export const runWatchdog = async (run: WatchdogRun): Promise<number> => {
  const { dataDir, endsIdle, command, variables, onReady } = run
  const logger = createLineLogger({ part: 'watchdog' })
  const zombies = becomeReaper()
  if (zombies !== false) logger.warn({}, zombies)
  const killer = createKiller()
  const watchdog = await startWatchdog({ killer, logger }, { dataDir, lingerMs: endsIdle ? LINGER_MS : null })
  onReady((await killer.ability()).means)
  try {
    if (command.length === 0) {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void watchdog.stop())
      await protectItself()
      await watchdog.ended
      return 0
    }
    // In this order: the child would inherit what protects this process.
    const [exitCode] = await Promise.all([runChild(command, variables), protectItself()])
    await watchdog.allLapsed()
    return exitCode
  } finally {
    await watchdog.stop()
    await sweepTaskGroups()
  }
}
