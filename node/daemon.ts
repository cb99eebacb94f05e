/**
 * The door of a node. What a start needs is imported here and in `daemon/start.ts`, in turns of less than a tenth of a second of
 * processor each: all of it in one would let nothing else happen for most of a second.
 */
import type { Daemon, DaemonOptions } from '../protocols/control/index.ts'
import { keepHeap } from './daemon/heap.ts'
import { importInTurns } from './daemon/in-turns.ts'

/** What the parts of typebox need of each other, and what every schema needs of it. */
const FIRST = [
  () => import('typebox/system'),
  () => import('typebox'),
  () => import('typebox/schema'),
  () => import('typebox/compile'),
  () => import('../protocols/control/index.ts'),
]

/** Starts a node and resolves when it is ready; see `DaemonModule` for its errors. */
export const startDaemon = async (options: DaemonOptions): Promise<Daemon> => {
  keepHeap()
  await importInTurns(FIRST)
  const { start } = await import('./daemon/start.ts')
  return start(options)
}
