/**
 * A network in memory for tests of services: members that hear each other or do not, at once.
 * No libp2p: what depends on real sockets is tested on them.
 */
import type {
  Connections,
  Messages,
  Network,
  PeerEvent,
  RequestOptions,
  Requests,
  Topics,
} from '../../node/ports/network.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { NodeId, ProtocolId } from '../../protocols/wire/index.ts'

type MessageListener = Parameters<Messages['onMessage']>[1]
type RequestHandler = Parameters<Requests['handleRequest']>[1]

interface Port {
  readonly messages: Map<ProtocolId, MessageListener>
  readonly requests: Map<ProtocolId, RequestHandler>
  readonly topics: Map<string, MessageListener>
  readonly peers: Set<(event: PeerEvent) => void>
}

export interface MemoryNetwork {
  /** A member; joining again under a known id replaces the one before, as a restart does. */
  join(self: NodeId): Pick<Network, 'connections' | 'messages' | 'requests' | 'topics'>
  leave(self: NodeId): void
  /** Only members of one group hear each other. */
  cut(...groups: readonly (readonly NodeId[])[]): void
  /** Everybody hears everybody. */
  heal(): void
  /** While true, `publish` and `send` reach nobody. */
  dropHints: boolean
}

export const createMemoryNetwork = (): MemoryNetwork => {
  const ports = new Map<NodeId, Port>()
  let groups: readonly (readonly NodeId[])[] | null = null

  const hear = (a: NodeId, b: NodeId): boolean =>
    a !== b &&
    ports.has(a) &&
    ports.has(b) &&
    (groups === null || groups.some((group) => group.includes(a) && group.includes(b)))
  const heardBy = (self: NodeId): NodeId[] => [...ports.keys()].filter((other) => hear(self, other))

  /** Changes who hears whom, and tells those for whom it changed. */
  const change = (apply: () => void) => {
    const before = new Map([...ports.keys()].map((node) => [node, new Set(heardBy(node))]))
    apply()
    for (const [node, port] of ports) {
      const was = before.get(node) ?? new Set()
      const is = new Set(heardBy(node))
      for (const peer of [...was].filter((other) => !is.has(other)))
        for (const tell of port.peers) tell({ type: 'disconnected', peer })
      for (const peer of is)
        if (!was.has(peer)) for (const tell of port.peers) tell({ type: 'connected', peer })
    }
  }

  const hint = (
    from: NodeId,
    to: NodeId,
    listenerOf: (port: Port) => MessageListener | undefined,
    payload: Uint8Array,
  ) =>
    setImmediate(() => {
      const port = ports.get(to)
      if (!network.dropHints && port !== undefined && hear(from, to))
        listenerOf(port)?.(from, payload.slice())
    })

  const request = async (
    from: NodeId,
    to: NodeId,
    protocol: ProtocolId,
    payload: Uint8Array,
    { timeoutMs, signal }: RequestOptions,
  ): Promise<Uint8Array> => {
    await new Promise((resolve) => setImmediate(resolve))
    const handler = ports.get(to)?.requests.get(protocol)
    if (handler === undefined || !hear(from, to)) {
      throw new CoterieError('peerUnreachable', { peer: to, detail: 'cut off' })
    }
    return new Promise((resolve, reject) => {
      const deadline = AbortSignal.timeout(timeoutMs)
      const ended = signal === undefined ? deadline : AbortSignal.any([deadline, signal])
      const timedOut = new CoterieError('requestTimedOut', { peer: to, protocol, timeoutMs })
      ended.addEventListener('abort', () => reject(timedOut), { once: true })
      handler(from, payload.slice()).then((answer) => resolve(answer.slice()), reject)
    })
  }

  const join: MemoryNetwork['join'] = (self) => {
    const port: Port = { messages: new Map(), requests: new Map(), topics: new Map(), peers: new Set() }
    change(() => ports.delete(self))
    change(() => ports.set(self, port))
    const connections: Connections = {
      self,
      addresses: () => [],
      connected: () => heardBy(self),
      setMembers: () => {},
      learn: () => {},
      dial: async (address) => {
        throw new CoterieError('peerUnreachable', { peer: address, detail: 'nothing is dialled in memory' })
      },
      hangUp: () => {},
      onPeer: (listener) => {
        port.peers.add(listener)
        return () => void port.peers.delete(listener)
      },
    }
    const messages: Messages = {
      send: (to, protocol, payload) => void hint(self, to, (other) => other.messages.get(protocol), payload),
      onMessage: (protocol, listener) => void port.messages.set(protocol, listener),
    }
    const topics: Topics = {
      publish: (topic, payload) => {
        for (const to of heardBy(self)) hint(self, to, (other) => other.topics.get(topic), payload)
      },
      subscribe: (topic, listener) => void port.topics.set(topic, listener),
    }
    const requests: Requests = {
      request: (to, protocol, payload, options) => request(self, to, protocol, payload, options),
      handleRequest: (protocol, handler) => void port.requests.set(protocol, handler),
    }
    return { connections, messages, requests, topics }
  }

  const network: MemoryNetwork = {
    join,
    leave: (self) => change(() => ports.delete(self)),
    cut: (...given) => change(() => (groups = given)),
    heal: () => change(() => (groups = null)),
    dropHints: false,
  }
  return network
}
