/**
 * The door of a node. What a start needs is imported here, the largest in turns of their own: all of it in one would let
 * nothing else happen for half a second.
 */
import { setImmediate } from 'node:timers/promises'
import type { Daemon, DaemonOptions } from '../protocols/control/index.ts'
import { keepHeap } from './daemon/heap.ts'

/** Starts a node and resolves when it is ready; see `DaemonModule` for its errors. */
export const startDaemon = async (options: DaemonOptions): Promise<Daemon> => {
  keepHeap()
  await import('typebox')
  await setImmediate()
  await import('typebox/compile')
  await setImmediate()
  const { start } = await import('./daemon/start.ts')
  return start(options)
}
