/** A start that ended its process leaves a mark, and the next one lets another process read the store first. */
import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { Logger } from '../ports/logger.ts'
import { runApart } from './apart.ts'

const MARK = 'starting'

/** What LevelDB dies of: an assertion, or memory that is not there. Whatever else ends a process says nothing of the store. */
const DEATHS: readonly (NodeJS.Signals | null)[] = ['SIGABRT', 'SIGSEGV', 'SIGBUS']

/**
 * To be called before the store is opened; what it gives is to be called when the start is over, however that went. The mark
 * stays where the store is refused here, for it would end the next start too.
 * @throws `storeCorrupt` where the start before was cut off, and reading the store ends a process
 */
export const markStart = async (dataDir: string, logger: Logger): Promise<() => Promise<void>> => {
  const path = join(dataDir, MARK)
  if (existsSync(path)) await readThrough(dataDir, logger)
  // A disk that is full is told of by whoever has to write on it.
  await writeFile(path, '', { mode: 0o600 }).catch(() => undefined)
  return () => rm(path, { force: true })
}

const readThrough = async (dataDir: string, logger: Logger): Promise<void> => {
  logger.info({}, 'the start before was cut off: the store is read by another process first')
  const { signal, isLate, how } = await runApart('read-through-process', dataDir, () => undefined)
  if (isLate || !DEATHS.includes(signal)) return
  throw new CoterieError('storeCorrupt', { path: dataDir, detail: `reading it ends a process: ${how}` })
}
