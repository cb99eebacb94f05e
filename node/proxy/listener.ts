/** A published TCP port on this node. */
import { createServer, type Server, type Socket } from 'node:net'
import type { Route } from '../../protocols/proxy/index.ts'
import type { Connector } from './connect.ts'
import type { Counts } from './counts.ts'
import type { OpenDoor } from './door.ts'
import { join, reset } from './join.ts'
import { KEEP_ALIVE_MS, PORT_CONNECTIONS_MAX } from './limits.ts'
import type { ProxyComponents } from './types.ts'

export interface ListenerComponents extends Pick<ProxyComponents, 'clock' | 'logger'> {
  readonly connector: Connector
  readonly counts: Counts
}

/** Listens once. Connections go on when it is closed. Rejects with the system's error. */
export const listenTcp =
  (components: ListenerComponents, route: Route): OpenDoor =>
  (host, onFailed) =>
    new Promise((resolve, reject) => {
      const server = createServer(
        {
          allowHalfOpen: true,
          keepAlive: true,
          keepAliveInitialDelay: KEEP_ALIVE_MS,
          noDelay: true,
          // Not read before a task has taken it.
          pauseOnConnect: true,
        },
        (client) => void serve(components, route, client),
      )
      server.maxConnections = PORT_CONNECTIONS_MAX
      server.on('drop', () => components.counts.lose('too-many'))
      server.once('error', reject)
      listen(server, host, route.published, () => {
        server.off('error', reject)
        server.on('error', onFailed)
        resolve({ close: () => void server.close() })
      })
    })

const listen = (server: Server, host: string | null, port: number, onListening: () => void): void => {
  server.listen({ port, exclusive: true, ...(host !== null && { host }) }, onListening)
}

const serve = async (components: ListenerComponents, route: Route, client: Socket): Promise<void> => {
  const { clock, connector, counts, logger } = components
  client.on('error', () => {})
  if (!counts.hasRoom()) {
    counts.lose('too-many')
    reset(client)
    return
  }
  try {
    const { bytes, carry, over } = await connector.connect(route, () => !client.destroyed)
    carry(join(client, bytes, clock.nowMs, over))
    client.resume()
  } catch (error) {
    logger.debug({ error }, 'a connection of a published port went nowhere')
    reset(client)
  }
}
