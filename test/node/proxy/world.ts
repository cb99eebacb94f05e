/** Two nodes with real networks and proxies, and tasks that are real servers of this process; what is decided is written by hand. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { createProxy, type ProxyService } from '../../../node/proxy/index.ts'
import type { AcceptedObject, Assignment } from '../../../protocols/decisions/index.ts'
import { tunnelOpeningCodec } from '../../../protocols/proxy/index.ts'
import type { PortSpec, ServiceSpec } from '../../../protocols/spec/index.ts'
import type { TaskStatus } from '../../../protocols/tasks/index.ts'
import { PROTOCOLS } from '../../../protocols/wire/index.ts'
import { eventually } from '../../support/eventually.ts'
import { freePort } from '../../support/free-port.ts'
import { sleeper } from '../../support/task-views.ts'
import { createLogBook, realClock, startMesh, stopAll } from '../network/nodes.ts'

export const OBJECT = 'service/shop/web'
const REVISION = 'a'.repeat(64)
const TARGET = 80

export const idOf = (name: string): string => `shop.${name}.0.1`

export interface World {
  readonly proxies: readonly [ProxyService, ProxyService]
  /** Where a proxy answers. */
  readonly addresses: readonly [string, string]
  readonly published: number
  /** A task of one of the nodes whose port `TARGET` is that one; an older task of that name is another one. */
  run(name: string, on: 0 | 1, port: number): void
  /** It is no longer decided; its server is left alone. */
  release(name: string): void
  publish(spec: Partial<PortSpec>): void
  /** Asks the other node for a tunnel, past all that its own proxy knows. */
  tunnel(from: 0 | 1, name: string, target: number): Promise<unknown>
  /** A connection to a proxy. */
  open(at: 0 | 1): Promise<Socket>
  close(): Promise<void>
}

export const createWorld = async (port: Partial<PortSpec> = {}): Promise<World> => {
  const published = await freePort()
  const networks = await startMesh(2)
  const objects = new Map<string, AcceptedObject>()
  const tasks = new Map<string, Assignment>()
  const statuses = new Map<string, TaskStatus>()
  const specs = new Map<string, ServiceSpec>()
  const listeners = new Set<() => void>()
  const sockets = new Set<Socket>()
  const changed = () => {
    for (const listener of listeners) listener()
  }
  const subscribe = (listener: () => void) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
  const addresses = ['127.0.0.1', '127.0.0.2'] as const
  const proxies = networks.map(({ bulk, connections }, at) =>
    createProxy(
      {
        logger: createLogBook().logger,
        clock: realClock,
        bulk,
        decisions: {
          objects,
          tasks,
          tasksOf: (object) => [...tasks.values()].filter((task) => task.object === object),
        },
        specOf: (revision) => specs.get(revision) ?? null,
        statusOf: ({ task }) => statuses.get(task) ?? null,
        isAlive: () => true,
        rttMs: () => 1,
        portOwner: async () => 'another program',
        onRoutes: subscribe,
        onTasks: subscribe,
      },
      { self: connections.self, address: addresses[at] as string },
    ),
  ) as unknown as readonly [ProxyService, ProxyService]

  const publish = (more: Partial<PortSpec>) => {
    const spec: PortSpec = { target: TARGET, published, protocol: 'tcp', mode: 'ingress', ...port, ...more }
    specs.set(REVISION, { ...sleeper('shop', 'web'), ports: [spec] })
    const kept = { conflicts: [], history: [REVISION], past: [], trimmed: [] }
    const hlc = { wallMs: 1, counter: 0 }
    objects.set(OBJECT, { object: OBJECT, head: REVISION, hlc, removed: false, ...kept })
    changed()
  }
  publish({})
  for (const proxy of proxies) await proxy.start()
  await eventually('both answer', () =>
    proxies.every((proxy) => proxy.ports().every(({ problem }) => problem === null)),
  )
  return {
    proxies,
    addresses,
    published,
    publish,
    run: (name, on, bound) => {
      const task = idOf(name)
      const node = networks[on]?.connections.self as string
      tasks.set(task, {
        task,
        object: OBJECT,
        slot: 0,
        revision: REVISION,
        node,
        token: 1,
        reason: 'a test',
      })
      statuses.set(task, {
        task,
        token: 1,
        attempt: 1,
        quickEnds: 0,
        sinceMs: 0,
        problem: null,
        state: 'running',
        runtime: 'process',
        ports: [{ target: TARGET, host: '127.0.0.1', port: bound, protocol: port.protocol ?? 'tcp' }],
        startedAtMs: 0,
      })
      changed()
    },
    release: (name) => {
      tasks.delete(idOf(name))
      changed()
    },
    tunnel: async (from, name, target) =>
      networks[from]?.bulk.openBytes(
        networks[1 - from]?.connections.self as string,
        PROTOCOLS.tunnel,
        tunnelOpeningCodec.encode({ task: idOf(name), target, protocol: 'tcp' }),
        { timeoutMs: 5_000 },
      ),
    open: async (at) => {
      const socket = connect({ host: addresses[at], port: published, allowHalfOpen: true })
      sockets.add(socket)
      socket.on('error', () => undefined)
      await once(socket, 'connect')
      return socket
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      for (const proxy of proxies) await proxy.stop()
      await stopAll()
    },
  }
}

export interface Served {
  readonly port: number
  /** Connections that it has taken. */
  readonly sockets: readonly Socket[]
  close(): Promise<void>
}

/** A task's program: whatever `serve` does with each connection. */
export const serveTcp = async (serve: (socket: Socket) => void): Promise<Served> => {
  const sockets: Socket[] = []
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket)
    socket.on('error', () => undefined)
    serve(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      if (!server.listening) return
      server.close()
      await once(server, 'close')
    },
  }
}

/** Says back each datagram behind its name. */
export const echoUdp = async (name: string) => {
  const socket = createSocket('udp4')
  socket.on('message', (datagram, { port, address }) => socket.send(`${name}: ${datagram}`, port, address))
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return { port: socket.address().port, close: () => void socket.close() }
}
