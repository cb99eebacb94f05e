import type { Server } from 'node:http'
import { isLoopbackAddress } from '../../protocols/addresses/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { Service } from '../ports/service.ts'
import { type Admission, localAdmission, publicAdmission, tokenAdmission } from './admission.ts'
import { type ApiComponents, createApi } from './api.ts'
import type { ControlComponents, ControlInit } from './components.ts'
import { doorAt } from './door.ts'
import { bracketed, metricsGuard, portGuard, socketGuard } from './guard.ts'
import { createHandlers } from './handlers/index.ts'
import { closeServer, listenOnPort, listenOnSocket, type PortPlace } from './listen.ts'
import { loadToken, readGivenToken } from './token.ts'

/** The daemon's API. */
export interface Control extends Service {
  /** The TCP port, once started. */
  readonly port: number
  /** Of that port, as a program of this machine reaches it. */
  readonly url: string
  /** The file with the token that opens it; null where none does. */
  readonly tokenPath: string | null
  /** That of the metrics alone; null where they have none. */
  readonly metricsPort: number | null
}

/** What all doors have in common. */
type Shared = Pick<ApiComponents, 'logger' | 'handlers' | 'stopping'>

/**
 * Serves the route table on a unix socket and on a TCP port, and where that is wanted the metrics alone on another port. Beyond
 * loopback TLS alone is spoken, clients are counted, and the token that was made for this machine opens nothing.
 *
 * `start` throws `portInUse`, `doorUnusable`, `socketInUse`, `socketUnusable`, `apiTokenUnusable` or `tokenFileUnusable`,
 * and then leaves nothing open.
 */
export const createControl = (components: ControlComponents, init: ControlInit): Control => {
  const { logger, portOwner } = components
  const { tls } = init
  const stopping = new AbortController()
  const servers: Server[] = []
  let port = init.port
  let url = ''
  let metricsPort = init.metrics?.port ?? null

  const serve = async (api: ApiComponents): Promise<Server> => {
    const server = await createApi(api)
    servers.push(server)
    return server
  }

  const openPort = async (shared: Shared) => {
    const door = doorAt(components, { host: init.host, tls, port: () => port })
    const guard = portGuard(door.scheme, door.isOwn)
    const admission = await readTokens(components, init)
    port = await listenOnPort(await serve({ ...shared, ...door, guard, admission }), init, portOwner)
    url = `${door.scheme}://${bracketed(dialled(init.host))}:${port}`
  }

  const openSocket = async (shared: Shared) => {
    const guarded = {
      guard: socketGuard,
      admission: localAdmission,
      identity: null,
      clients: null,
      isSocket: true,
    }
    await listenOnSocket(await serve({ ...shared, ...guarded }), init.socketPath)
  }

  const openMetrics = async (shared: Shared, place: PortPlace) => {
    const door = doorAt(components, { host: place.host, tls, port: () => metricsPort ?? 0 })
    const guard = metricsGuard(door.isLocal ? door.isOwn : () => true)
    const only = ['GET /metrics'] as const
    const server = await serve({ ...shared, ...door, guard, admission: publicAdmission, only })
    metricsPort = await listenOnPort(server, place, portOwner)
    logger.info({ address: place.host, port: metricsPort }, 'metrics are served without a token')
  }

  const open = async () => {
    const shared: Shared = {
      logger,
      handlers: createHandlers(components, init),
      stopping: stopping.signal,
    }
    await openPort(shared)
    await openSocket(shared)
    if (init.metrics !== null) await openMetrics(shared, init.metrics)
    logger.info({ socket: init.socketPath, address: init.host, port }, 'the API is served')
  }

  const stop = async () => {
    stopping.abort(new CoterieError('daemonStopping', {}))
    await Promise.all(servers.map(closeServer))
  }

  return {
    get port() {
      return port
    },
    get url() {
      return url
    },
    tokenPath: openingFile(init),
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

/** An address that leads to who listens on all of them. */
const dialled = (address: string): string => ({ '0.0.0.0': '127.0.0.1', '::': '::1' })[address] ?? address

/** The token that is made for this machine is of no use to others. */
const openingFile = ({ host, tokenPath, givenTokenPath }: ControlInit): string | null =>
  givenTokenPath ?? (isLoopbackAddress(host) ? tokenPath : null)

const readTokens = async (
  { logger, users }: Pick<ControlComponents, 'logger' | 'users'>,
  init: ControlInit,
): Promise<Admission> => {
  const path = openingFile(init)
  const readApi = async () => {
    if (path === null) return null
    return path === init.givenTokenPath ? await readGivenToken(path, logger) : await loadToken(path, logger)
  }
  const tokens = {
    api: await readApi(),
    metrics: await loadToken(init.metricsTokenPath, logger),
    // Where others can ask, a path of this machine is none of their concern.
    told: isLoopbackAddress(init.host) ? path : null,
  }
  return tokenAdmission(tokens, users)
}
