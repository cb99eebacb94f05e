/**
 * One answered session: a channel whose streams go to the service that the session was opened for.
 *
 * Guarantees: a stream for another service is refused; a browser that has fallen silent is let go within
 * `SILENCE_MS_MAX`, and everything of it with it; when the service no longer runs here the session ends, and the
 * page asks its gateway for another node.
 */
import { ERRORS } from '../../protocols/errors/index.ts'
import type { RequestHead } from '../../protocols/tunnel/index.ts'
import {
  type Channel,
  createTunnelEnd,
  type StreamListener,
  type TunnelEnd,
  type TunnelStream,
} from '../tunnel-end.ts'
import { exchange, type OpenUpstream, type UpstreamAddress } from './upstream.ts'
import type { Peer, PeerEvents } from './werift-peer.ts'

/** Silence after which the other end is asked for a sign of life. */
const PING_AFTER_MS = 10_000
/** Silence after which a browser is gone; one that sleeps connects again when it wakes. */
const SILENCE_MS_MAX = 35_000

export interface PeerSessionInit {
  readonly service: string
  readonly openUpstream: OpenUpstream
  readonly onOpened: () => void
  /** Told once; `code` is a wire number. */
  readonly onOver: (code: number) => void
}

/** A stream that was refused at once; nothing that still comes on it matters. */
const REFUSED: StreamListener = {
  onData: () => undefined,
  onEnd: () => undefined,
  onReset: () => undefined,
  onRoom: () => undefined,
}

export class PeerSession implements PeerEvents {
  readonly #init: PeerSessionInit
  readonly #watch: NodeJS.Timeout
  #peer: Peer | null = null
  #end: TunnelEnd | null = null
  #heardAt = performance.now()
  #over = false

  constructor(init: PeerSessionInit) {
    this.#init = init
    this.#watch = setInterval(() => this.#checkSilence(), PING_AFTER_MS / 2).unref()
  }

  /** The answer is made; one that came too late is closed at once. */
  hold(peer: Peer): void {
    this.#peer = peer
    if (this.#over) void peer.close()
  }

  /** Tells the browser, if the channel is open, and lets go of everything. */
  close(code: number): void {
    this.#end?.close(code)
    this.#finish(code)
  }

  /** No answer came of the offer; nobody is told. */
  discard(): void {
    this.#over = true
    clearInterval(this.#watch)
  }

  onOpen(channel: Channel): void {
    this.#end = createTunnelEnd({
      role: 'server',
      channel,
      onStream: (stream, head) => this.#onStream(stream, head),
      onClosed: (code) => this.#finish(code),
    })
    this.#init.onOpened()
  }

  onMessage(bytes: Uint8Array<ArrayBuffer>): void {
    this.#heardAt = performance.now()
    this.#end?.receive(bytes)
  }

  onDrained(): void {
    this.#end?.onDrained()
  }

  onClosed(): void {
    this.#end?.onChannelLost(ERRORS.channelLost.wire)
    this.#finish(ERRORS.channelLost.wire)
  }

  #onStream(stream: TunnelStream, head: RequestHead): StreamListener {
    if (head.service === this.#init.service) return exchange(stream, head, (name) => this.#openUpstream(name))
    stream.reset(ERRORS.serviceNotRunning.wire)
    return REFUSED
  }

  async #openUpstream(service: string): Promise<UpstreamAddress> {
    try {
      return await this.#init.openUpstream(service)
    } catch (error) {
      this.close(ERRORS.serviceNotRunning.wire)
      throw error
    }
  }

  #checkSilence(): void {
    const silenceMs = performance.now() - this.#heardAt
    if (silenceMs > SILENCE_MS_MAX) this.close(ERRORS.channelIdle.wire)
    else if (silenceMs > PING_AFTER_MS) this.#end?.ping()
  }

  #finish(code: number): void {
    if (this.#over) return
    this.discard()
    void this.#peer?.close()
    this.#init.onOver(code)
  }
}
