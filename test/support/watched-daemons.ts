/** Daemons with the watchdogs that they start, which outlive them: `close` ends both. */
import { createWatchdogClient, type WatchdogClient } from '../../node/watchdog/index.ts'
import { realClock } from '../node/agent/grounds.ts'
import { createDaemons, type Daemons, type RunningDaemon } from './daemons.ts'
import { eventually } from './eventually.ts'
import { silentLogger } from './silent-logger.ts'

export interface WatchedDaemons extends Daemons {
  /** Its watchdog, as the daemon itself sees it; it is ended with the rest. */
  watchdogOf(daemon: Pick<RunningDaemon, 'dataDir'>): WatchdogClient
  /** The process that answers as its watchdog, once one does. */
  watchdogPid(daemon: Pick<RunningDaemon, 'dataDir'>): Promise<number>
}

export const createWatchedDaemons = async (
  shared: Readonly<Record<string, string>>,
): Promise<WatchedDaemons> => {
  const daemons = await createDaemons(undefined, { ...shared, COTERIE_WATCHDOG: 'auto' })
  const clients = new Map<string, WatchdogClient>()
  const pids = new Set<number>()

  const watchdogOf = ({ dataDir }: Pick<RunningDaemon, 'dataDir'>): WatchdogClient => {
    const client =
      clients.get(dataDir) ??
      createWatchdogClient({ clock: realClock, logger: silentLogger, startOne: null }, { dataDir })
    clients.set(dataDir, client)
    return client
  }
  const watchdogPid = async (daemon: Pick<RunningDaemon, 'dataDir'>): Promise<number> => {
    const { pid } = await eventually('its watchdog answers', () => watchdogOf(daemon).view())
    pids.add(pid)
    return pid
  }
  const start: Daemons['start'] = async (options) => {
    const daemon = await daemons.start(options)
    await watchdogPid(daemon)
    return daemon
  }

  return {
    path: daemons.path,
    start,
    mesh: async (...names) => {
      const mesh = await daemons.mesh(...names)
      await Promise.all(mesh.map(watchdogPid))
      return mesh
    },
    watchdogOf,
    watchdogPid,
    close: async () => {
      for (const client of clients.values()) {
        const pid = client.view()?.pid
        if (pid !== undefined) pids.add(pid)
        await client.close()
      }
      await daemons.close()
      for (const pid of pids) {
        try {
          process.kill(pid, 'SIGKILL')
        } catch {
          // It ended before.
        }
      }
    },
  }
}
