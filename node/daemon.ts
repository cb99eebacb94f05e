/**
 * The door of a node. What a start needs is imported here, one after the other: all of it in one turn would let nothing else
 * happen for half a second, and the disk reads meanwhile.
 */
import type { Daemon, DaemonOptions } from '../protocols/control/index.ts'

/** Starts a node and resolves when it is ready; see `DaemonModule` for its errors. */
export const startDaemon = async (options: DaemonOptions): Promise<Daemon> => {
  await import('typebox')
  await import('typebox/compile')
  const { start } = await import('./daemon/start.ts')
  return start(options)
}
