/** Two gateways in one process: A where the browser is, B where the service runs, and the mesh between them in memory. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createGateway, type GatewayService } from '../../../node/gateway/index.ts'
import type { Logger } from '../../../node/ports/logger.ts'
import type { Requests } from '../../../node/ports/network.ts'
import { CoterieError } from '../../../protocols/errors/index.ts'

export const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silent,
}

const clock = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
  after: (afterMs: number, task: () => void) => {
    const timer = setTimeout(task, afterMs).unref()
    return () => clearTimeout(timer)
  },
}

type Handler = Parameters<Requests['handleRequest']>[1]

/** Requests between nodes of one process; an unknown node is unreachable. */
const requestsOf = (mesh: Map<string, Handler>, self: string): Requests => ({
  request: async (to, _protocol, payload) => {
    const handler = mesh.get(to)
    if (handler === undefined)
      throw new CoterieError('peerUnreachable', { peer: to, detail: 'not in this test' })
    return handler(self, payload)
  },
  handleRequest: (_protocol, handler) => {
    mesh.set(self, handler)
  },
})

export interface TwoNodes {
  readonly a: GatewayService
  readonly b: GatewayService
  /** The service's own server. */
  readonly server: Server
  /** Which nodes the resolver names for `web`; may be changed. */
  readonly nodes: string[]
  stop(): Promise<void>
}

/** Starts both, and a server as the service `web` on node B. */
export const startTwoNodes = async (listener: Parameters<typeof createServer>[1]): Promise<TwoNodes> => {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const mesh = new Map<string, Handler>()
  const nodes = ['nodeB']
  const gateway = (self: string): GatewayService =>
    createGateway(
      {
        logger: silent,
        clock,
        random: Math.random,
        requests: requestsOf(mesh, self),
        services: {
          nodesOf: (service) => {
            if (service !== 'web') throw new CoterieError('gatewayServiceUnknown', { service })
            return nodes
          },
          openUpstream: async (service) => {
            if (self !== 'nodeB' || service !== 'web' || !nodes.includes('nodeB'))
              throw new CoterieError('serviceNotHere', { service, node: self })
            return { host: '127.0.0.1', port }
          },
        },
      },
      { self, listen: { host: '127.0.0.1', port: 0 }, iceAddresses: ['127.0.0.1'] },
    )
  const [a, b] = [gateway('nodeA'), gateway('nodeB')]
  await Promise.all([a.start(), b.start()])
  return {
    a,
    b,
    server,
    nodes,
    stop: async () => {
      await Promise.all([a.stop(), b.stop()])
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
