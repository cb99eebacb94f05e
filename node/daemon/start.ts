/** A start: the store first, whose opening takes other threads a while, and all parts of a node meanwhile. */
import type { Daemon, DaemonOptions } from '../../protocols/control/index.ts'
import type { Logger } from '../ports/logger.ts'
import { markStart, openDataDir, openStore } from '../storage/index.ts'
import { checkEntry } from './check-entry.ts'
import { importInTurns } from './in-turns.ts'
import { createJsonLogger } from './json-logger.ts'
import { createShutdown, type Shutdown } from './shutdown.ts'

/**
 * Bytes of a store from which on a thread reads what it holds of intent while modules are loaded: of some ten thousand tasks, which take this
 * thread a tenth of a second to read, and another one as long to be there.
 */
const INDEX_FROM_BYTES = 8 * 1024 * 1024

/** See `DaemonModule`. */
export const start = async (options: DaemonOptions): Promise<Daemon> => {
  const { logLevel, dataDir } = options.settings.values
  const logger = createJsonLogger(logLevel)
  try {
    return await tryStart(options, logger)
  } catch (error) {
    const { mendAfter } = await import('./mend.ts')
    if (!(await mendAfter(error, dataDir, logger))) throw error
    return await tryStart(options, logger)
  }
}

/** A start that fails closes what it opened. */
const tryStart = async (options: DaemonOptions, logger: Logger): Promise<Daemon> => {
  const shutdown = createShutdown(logger)
  try {
    return await begin(options, logger, shutdown)
  } catch (error) {
    await shutdown.run()
    throw error
  }
}

const begin = async (options: DaemonOptions, logger: Logger, shutdown: Shutdown): Promise<Daemon> => {
  const { dataDir } = options.settings.values
  await openDataDir(dataDir)
  const checked = await checkEntry(options)
  const isOver = await markStart(dataDir, logger)
  shutdown.add('mark of the start', isOver)
  const opening = openStore({ dataDir, logger, indexFromBytes: INDEX_FROM_BYTES })
  const close = () =>
    opening.then(
      (store) => store.close(),
      () => undefined,
    )
  shutdown.add('store', close)
  const store = await opening
  const { assemble } = await importParts()
  const daemon = await assemble(options, { logger, shutdown, store, checked })
  await isOver()
  return daemon
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
