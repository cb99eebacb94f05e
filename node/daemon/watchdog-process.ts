/** The watchdog as the daemon has it: found by its data directory, started where none answers, and told of in one line. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Status } from '../../protocols/control/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import { createWatchdogClient, startDetached, type WatchdogClient } from '../watchdog/index.ts'

/** The file that `coterie` is: beside the sources, and one folder above what is compiled from them. */
const ENTRY = ['../../cli/coterie.js', '../../../cli/coterie.js']
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find(existsSync)

export interface WatchdogComponents {
  readonly clock: Clock
  readonly logger: Logger
}

export interface WatchdogPlace {
  readonly dataDir: string
  /** Whether the daemon starts one where none answers. */
  readonly watchdog: 'auto' | 'external'
}

export const openWatchdog = (
  { clock, logger }: WatchdogComponents,
  { dataDir, watchdog }: WatchdogPlace,
): WatchdogClient => {
  const startOne = async (entry: string): Promise<void> => {
    logger.info({ dataDir }, 'no watchdog answers: starting one, which outlives this daemon')
    try {
      await startDetached(entry, dataDir)
    } catch (error) {
      logger.warn({ detail: (error as Error).message }, 'the watchdog was not started')
      throw error
    }
  }
  const canStart = watchdog === 'auto' && ENTRY !== undefined
  return createWatchdogClient(
    { clock, logger, startOne: canStart ? () => startOne(ENTRY) : null },
    { dataDir },
  )
}

/** What `coterie status` tells of it. */
export const describeWatchdog = async (watchdog: WatchdogClient): Promise<Status['watchdog']> => {
  const [docker, process] = await Promise.all([watchdog.probe('docker'), watchdog.probe('process')])
  const { guarded, means } = watchdog.view() ?? { guarded: 0, means: '' }
  if (docker === null) return { kills: ['docker', 'process'], guarded, detail: `containers through ${means}` }
  return { kills: process === null ? ['process'] : [], guarded, detail: docker }
}
