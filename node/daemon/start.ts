/** A start: the store first, whose opening takes other threads a while, and all parts of a node meanwhile. */
import { type Daemon, type DaemonOptions, VERSION } from '../../protocols/control/index.ts'
import { createJournal, type Journal } from '../journal/index.ts'
import type { Logger } from '../ports/logger.ts'
import { finishSuccession, markStart, openDataDir, openStore } from '../storage/index.ts'
import { checkEntry } from './check-entry.ts'
import { importInTurns } from './in-turns.ts'
import { createJsonLogger, lastWords } from './json-logger.ts'
import { REPLACED_FILES } from './mesh-file.ts'
import { checkLogExport, logsIn } from './open-journal.ts'
import { createShutdown, type Shutdown } from './shutdown.ts'
import { systemClock } from './system-clock.ts'

/**
 * Bytes of a store from which on a thread reads what it holds of intent while modules are loaded: of some ten thousand tasks, which take this
 * thread a tenth of a second to read, and another one as long to be there.
 */
const INDEX_FROM_BYTES = 8 * 1024 * 1024

/** What every start begins with. */
interface Saying {
  readonly logger: Logger
  /** Of what the logger is told. */
  readonly journal: Journal
}

/** See `DaemonModule`. */
export const start = async (options: DaemonOptions): Promise<Daemon> => {
  const { logLevel, dataDir } = options.settings.values
  checkLogExport(options.settings)
  const journal = createJournal({ clock: systemClock })
  const logger = createJsonLogger(logLevel, journal.write)
  const saying = { logger, journal }
  logger.info({ version: VERSION, pid: process.pid }, 'the daemon starts')
  try {
    return await tryStart(options, saying)
  } catch (error) {
    const { mendAfter } = await import('./mend.ts')
    if (!(await mendAfter(error, dataDir, logger))) throw error
    return await tryStart(options, saying)
  }
}

/** A start that fails closes what it opened. */
const tryStart = async (options: DaemonOptions, saying: Saying): Promise<Daemon> => {
  const shutdown = createShutdown(saying.logger)
  try {
    return await begin(options, saying, shutdown)
  } catch (error) {
    saying.journal.write(lastWords('the daemon does not start', error))
    await shutdown.run()
    throw error
  }
}

const begin = async (
  options: DaemonOptions,
  { logger, journal }: Saying,
  shutdown: Shutdown,
): Promise<Daemon> => {
  const { dataDir } = options.settings.values
  await finishSuccession(dataDir, REPLACED_FILES)
  await openDataDir(dataDir)
  const checked = await checkEntry(options)
  const isOver = await markStart(dataDir, logger)
  shutdown.add('mark of the start', isOver)
  shutdown.add('journal', keepLastWords(logger, journal))
  const opening = openStore({ dataDir, logger, indexFromBytes: INDEX_FROM_BYTES })
  const close = () =>
    opening.then(
      (store) => store.close(),
      () => undefined,
    )
  shutdown.add('store', close)
  const store = await opening
  // Not before: the store's lock keeps another daemon of this directory out.
  await journal.open(logsIn(dataDir))
  const { assemble } = await importParts()
  const daemon = await assemble(options, { logger, journal, shutdown, store, checked })
  await isOver()
  return daemon
}

/**
 * Has the journal say why this process ends, which the command says on standard error. Returns what is to be called when all else has
 * ended.
 */
const keepLastWords = (logger: Logger, journal: Journal): (() => Promise<void>) => {
  const hear = (error: unknown) => journal.write(lastWords('an unexpected error ends the daemon', error))
  process.on('uncaughtExceptionMonitor', hear)
  return async () => {
    logger.info({}, 'the daemon has stopped')
    await journal.close()
    process.off('uncaughtExceptionMonitor', hear)
  }
}

/** What is large by itself, or by the libraries that it alone needs. */
const PARTS = [
  () => import('../intent/index.ts'),
  () => import('../network/identity.ts'),
  () => import('../network/whole-noise.ts'),
  () => import('../network/gossip.ts'),
  () => import('../network/host.ts'),
  () => import('../network/index.ts'),
  () => import('../certificates/index.ts'),
  () => import('../doctor/index.ts'),
  () => import('../control/index.ts'),
  () => import('./core.ts'),
]

const importParts = async () => {
  await importInTurns(PARTS)
  return await import('./assemble.ts')
}
