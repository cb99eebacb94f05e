import type { Server } from 'node:http'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { Service } from '../ports/service.ts'
import { type ApiComponents, createApi } from './api.ts'
import type { ControlComponents, ControlInit } from './components.ts'
import { metricsGuard, portGuard, socketGuard } from './guard.ts'
import { createHandlers } from './handlers/index.ts'
import { closeServer, listenOnPort, listenOnSocket, type PortPlace } from './listen.ts'
import { createStreamGate } from './stream.ts'
import { loadToken } from './token.ts'

/** The daemon's local API. */
export interface Control extends Service {
  /** The TCP port, once started. */
  readonly port: number
  /** That of the metrics alone; null where they have none. */
  readonly metricsPort: number | null
}

/**
 * Serves the route table on a unix socket and on a TCP port of this machine, and where that is wanted the metrics alone on
 * another port.
 *
 * `start` throws `portInUse`, `doorUnusable`, `socketInUse`, `socketUnusable` or `apiTokenUnusable`, and then leaves nothing open.
 */
export const createControl = (components: ControlComponents, init: ControlInit): Control => {
  const { logger, portOwner } = components
  const stopping = new AbortController()
  const servers: Server[] = []
  let port = init.port
  let metricsPort = init.metrics?.port ?? null

  const openMetrics = async (shared: Omit<ApiComponents, 'guard'>, place: PortPlace) => {
    const guard = metricsGuard(place.host, () => metricsPort ?? 0)
    const server = await createApi({ ...shared, guard, only: ['GET /metrics'] })
    servers.push(server)
    metricsPort = await listenOnPort(server, place, portOwner)
    logger.info({ address: place.host, port: metricsPort }, 'metrics are served without a token')
  }

  const open = async () => {
    const token = await loadToken(init.tokenPath, logger)
    const shared: Omit<ApiComponents, 'guard'> = {
      logger,
      handlers: createHandlers(components, init),
      streams: createStreamGate(),
      stopping: stopping.signal,
    }
    const byPort = await createApi({ ...shared, guard: portGuard(() => port, token) })
    const bySocket = await createApi({ ...shared, guard: socketGuard })
    servers.push(byPort, bySocket)
    port = await listenOnPort(byPort, init, portOwner)
    await listenOnSocket(bySocket, init.socketPath)
    if (init.metrics !== null) await openMetrics(shared, init.metrics)
    logger.info({ socket: init.socketPath, port }, 'the API is served')
  }

  const stop = async () => {
    stopping.abort(new CoterieError('daemonStopping', {}))
    await Promise.all(servers.map(closeServer))
  }

  return {
    get port() {
      return port
    },
    get metricsPort() {
      return metricsPort
    },
    start: async () => {
      try {
        await open()
      } catch (error) {
        await stop()
        throw error
      }
    },
    stop,
  }
}
