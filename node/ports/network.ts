/**
 * The network between nodes, as its users see it: typed by what they need, free of libp2p.
 *
 * Guarantees: the peer named in every call and callback is proven by its key; what is not a member reaches no
 * handler but those that allow strangers. An exception in a handler never ends the process; it is logged and
 * closes the stream. Not guaranteed: delivery of `send` and `publish`.
 */
import type { Duplex } from 'node:stream'
import type { NodeId, ProtocolId } from '../../protocols/wire/index.ts'

/** Small messages on a kept stream: unordered across reconnects, dropped when the peer is slow or gone. */
export interface Messages {
  send(to: NodeId, protocol: ProtocolId, payload: Uint8Array): void
  /** One listener per protocol. */
  onMessage(protocol: ProtocolId, listener: (from: NodeId, payload: Uint8Array) => void): void
}

/**
 * Messages of one kind, between the same part of two nodes; delivered as `Messages` are. They are shared, never changed.
 */
export interface Channel<Message> {
  send(to: NodeId, message: Message): void
  /** One listener. */
  onMessage(listener: (from: NodeId, message: Message) => void): void
}

export interface RequestOptions {
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

export interface HandlerOptions {
  /** True where a peer that is not a member may call, as `/coterie/join/1` must. */
  readonly strangers?: boolean
  /** True where a member may call whose certificates count no more, as it must to get new ones. */
  readonly unproven?: boolean
}

/** One question, one answer. A coded error thrown by the handler arrives at the asker as the same coded error. */
export interface Requests {
  /** Dials a known node that is not connected. @throws `peerUnreachable`, `requestTimedOut`, or what the handler threw */
  request(to: NodeId, protocol: ProtocolId, payload: Uint8Array, options: RequestOptions): Promise<Uint8Array>
  handleRequest(
    protocol: ProtocolId,
    handler: (from: NodeId, payload: Uint8Array) => Promise<Uint8Array>,
    options?: HandlerOptions,
  ): void
}

/** A two-way stream of frames with back-pressure both ways. */
export interface FrameStream {
  readonly peer: NodeId
  /** The next frame, or null when the other side closed. @throws `peerUnreachable` when it broke */
  read(): Promise<Uint8Array | null>
  /** Resolves when there is room for more. @throws `peerUnreachable` when it broke */
  write(frame: Uint8Array): Promise<void>
  /** No more writes from here; what was written still arrives. */
  close(): Promise<void>
  /** Ends both directions at once. */
  abort(): void
}

export interface Streams {
  /** @throws `peerUnreachable`, `requestTimedOut` */
  openStream(to: NodeId, protocol: ProtocolId, options: RequestOptions): Promise<FrameStream>
  /** The stream is closed when the handler's promise settles. */
  handleStream(protocol: ProtocolId, handler: (stream: FrameStream) => Promise<void>): void
}

/**
 * Grants a stream that a member asks for, or refuses it with a coded error. What it resolves to is given the stream once that is
 * told, and owns it from then on; the stream may have ended by then.
 */
export type BytesHandler = (from: NodeId, opening: Uint8Array) => Promise<(bytes: Duplex) => void>

/** Streams of bytes among members, with back-pressure, on connections where nothing else waits behind them. */
export interface Bulk {
  /** `opening`: at most 4 KiB. @throws `peerUnreachable`, `requestTimedOut`, or what the other side refused it with */
  openBytes(to: NodeId, protocol: ProtocolId, opening: Uint8Array, options: RequestOptions): Promise<Duplex>
  handleBytes(protocol: ProtocolId, handler: BytesHandler): void
}

/** Gossip among members: a hint, never a delivery. */
export interface Topics {
  publish(topic: string, payload: Uint8Array): void
  subscribe(topic: string, listener: (from: NodeId, payload: Uint8Array) => void): void
}

export interface PeerEvent {
  readonly type: 'connected' | 'disconnected'
  readonly peer: NodeId
}

/** Who is connected, who may be, and where they are. */
export interface Connections {
  readonly self: NodeId
  /** Where others reach this node, directly or through members: multiaddrs without its peer id. */
  addresses(): readonly string[]
  /** Members alone; a stranger's connection can be used, but is not told of. */
  connected(): readonly NodeId[]
  /** Replaces the member list: the gate lets these in and no others; the roster keeps them connected. */
  setMembers(members: ReadonlySet<NodeId>): void
  /** Adds addresses at which a node was seen; the newest are tried first. */
  learn(node: NodeId, addresses: readonly string[]): void
  /** Connects to whoever answers at the address, member or not, and gives its proven id. @throws `peerUnreachable`, `addressInvalid` */
  dial(address: string, options: RequestOptions): Promise<NodeId>
  /** Ends the connections to a node that is no member: it holds one of the few places that others have for strangers. */
  hangUp(node: NodeId): void
  /** Tells of members; one whose connection was open before it became a member connects then. Returns the unsubscriber. */
  onPeer(listener: (event: PeerEvent) => void): () => void
}

/** The way to a connected member: through another one, or direct. */
export interface Path {
  /** Null where it is direct. */
  readonly through: NodeId | null
}

/** How members are reached, and how they reach this node. */
export interface Reach {
  /** Null for a member that is not connected. */
  pathTo(node: NodeId): Path | null
  /** Whether all that were asked reach this node directly; null while nobody has answered. */
  isReachable(): boolean | null
  /** Through whom the others reach this node where they cannot directly. */
  relays(): readonly NodeId[]
  /** Replaces the members that do not answer: what goes through them looks for another way. */
  setSilent(nodes: ReadonlySet<NodeId>): void
}

export interface Network {
  readonly connections: Connections
  readonly messages: Messages
  readonly requests: Requests
  readonly streams: Streams
  readonly topics: Topics
  start(): Promise<void>
  stop(): Promise<void>
}
