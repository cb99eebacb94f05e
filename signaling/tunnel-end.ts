/**
 * Runs the tunnel machine over one data channel; the same in the page, in a Node client and in the gateway.
 *
 * Guarantees: frames leave in order; the channel never buffers more than `CHANNEL_BUFFER_BYTES_MAX` of ours, so
 * that a slow network is felt here; streams that wait for room get it in turn. It reads no clock.
 */
import { CoterieError } from '../protocols/errors/index.ts'
import {
  createTunnelState,
  type RequestHead,
  type ResponseHead,
  type StreamId,
  stepTunnel,
  TUNNEL_DATA_BYTES_MAX,
  type TunnelEvent,
  type TunnelNotice,
  type TunnelRole,
} from '../protocols/tunnel/index.ts'

/** Bytes handed to the channel and not yet on the wire: enough to keep it busy between two looks. */
export const CHANNEL_BUFFER_BYTES_MAX = 256 * 1024

/** A data channel, as an end sees it. */
export interface Channel {
  send(frame: Uint8Array<ArrayBuffer>): void
  bufferedBytes(): number
  close(): void
}

/** What the owner of a stream hears. After `onReset` nothing more comes. */
export interface StreamListener {
  /** Client only. */
  onHead?(head: ResponseHead): void
  onData(bytes: Uint8Array<ArrayBuffer>): void
  onEnd(): void
  onReset(code: number): void
  /** A `write` that was not taken whole may go on. */
  onRoom(): void
}

export interface TunnelStream {
  readonly id: StreamId
  /** Server only. @throws `tunnelHeadTooLarge` */
  sendHead(head: ResponseHead): void
  /** Takes what there is room for and gives its length; after less than all, `onRoom` follows. */
  write(bytes: Uint8Array): number
  /** No more bytes from here. */
  end(): void
  /** Gives up both directions; the listener hears nothing more. */
  reset(code: number): void
  /** The reader has used up so many bytes, and wants as many more. */
  consumed(bytes: number): void
}

export interface TunnelEndInit {
  readonly role: TunnelRole
  readonly channel: Channel
  /** Server only: a stream was opened; gives its listener. */
  readonly onStream?: (stream: TunnelStream, head: RequestHead) => StreamListener
  /** The channel is over, with the code that both ends know; every stream's `onReset` came before. */
  readonly onClosed: (code: number) => void
}

export interface TunnelEnd {
  /** Client only. @throws `channelLost`, `tunnelStreamsExhausted`, `tunnelHeadTooLarge` */
  open(head: RequestHead, listener: StreamListener): TunnelStream
  /** Hands in one message of the channel. */
  receive(bytes: Uint8Array<ArrayBuffer>): void
  /** Call when the channel's buffer has emptied. */
  onDrained(): void
  ping(): void
  /** Tells the other end, then closes the channel. */
  close(code: number): void
  /** Call when the channel closed by itself. */
  onChannelLost(code: number): void
  readonly streamCount: number
}

type StreamNotice = Exclude<TunnelNotice, { type: 'opened' | 'closed' }>

class Tunnel implements TunnelEnd {
  readonly #init: TunnelEndInit
  #state
  readonly #listeners = new Map<StreamId, StreamListener>()
  /** Frames that the channel has no room for. */
  #queue: Uint8Array<ArrayBuffer>[] = []
  /** Streams that wait for the queue to empty, first come first served. */
  readonly #waiting = new Set<StreamId>()

  constructor(init: TunnelEndInit) {
    this.#init = init
    this.#state = createTunnelState(init.role)
  }

  get streamCount(): number {
    return this.#state.phase === 'open' ? this.#state.streams.size : 0
  }

  open(head: RequestHead, listener: StreamListener): TunnelStream {
    this.#step({ type: 'open', head })
    if (this.#state.phase === 'closed') throw new CoterieError('channelLost', { service: head.service })
    const id = this.#state.lastOpened
    this.#listeners.set(id, listener)
    return this.#stream(id)
  }

  receive(bytes: Uint8Array<ArrayBuffer>): void {
    this.#step({ type: 'received', bytes })
  }

  onDrained(): void {
    this.#flush()
    for (const id of this.#waiting) {
      if (this.#queue.length > 0) return
      this.#waiting.delete(id)
      this.#listeners.get(id)?.onRoom()
    }
  }

  ping(): void {
    this.#step({ type: 'ping' })
  }

  close(code: number): void {
    this.#step({ type: 'close', code })
  }

  onChannelLost(code: number): void {
    this.#step({ type: 'lost', code })
  }

  #stream(id: StreamId): TunnelStream {
    return {
      id,
      sendHead: (head) => this.#step({ type: 'head', stream: id, head }),
      write: (bytes) => this.#write(id, bytes),
      end: () => this.#step({ type: 'end', stream: id }),
      reset: (code) => {
        this.#forget(id)
        this.#step({ type: 'reset', stream: id, code })
      },
      consumed: (bytes) => this.#step({ type: 'consumed', stream: id, bytes }),
    }
  }

  #write(id: StreamId, bytes: Uint8Array): number {
    let offset = 0
    while (offset < bytes.byteLength) {
      const stream = this.#state.phase === 'open' ? this.#state.streams.get(id) : undefined
      if (stream === undefined) return bytes.byteLength
      if (stream.sendCredit === 0) return offset
      if (this.#queue.length > 0) {
        this.#waiting.add(id)
        return offset
      }
      const length = Math.min(TUNNEL_DATA_BYTES_MAX, stream.sendCredit, bytes.byteLength - offset)
      this.#step({ type: 'data', stream: id, bytes: bytes.subarray(offset, offset + length) })
      offset += length
    }
    return offset
  }

  #step(event: TunnelEvent): void {
    const { state, effects } = stepTunnel(this.#state, event)
    this.#state = state
    this.#queue.push(...effects.send)
    this.#flush()
    for (const notice of effects.notify) this.#tell(notice)
    if ('stream' in event) this.#forgetIfOver(event.stream)
  }

  #flush(): void {
    const { channel } = this.#init
    let sent = 0
    for (const frame of this.#queue) {
      if (channel.bufferedBytes() >= CHANNEL_BUFFER_BYTES_MAX) break
      channel.send(frame)
      sent++
    }
    if (sent > 0) this.#queue = this.#queue.slice(sent)
  }

  #forgetIfOver(id: StreamId): void {
    if (this.#state.phase === 'open' && !this.#state.streams.has(id)) this.#forget(id)
  }

  #forget(id: StreamId): void {
    this.#listeners.delete(id)
    this.#waiting.delete(id)
  }

  #tell(notice: TunnelNotice): void {
    if (notice.type === 'closed') this.#onClosed(notice.code)
    else if (notice.type === 'opened') this.#onOpened(notice.stream, notice.head)
    else this.#tellListener(notice, this.#listeners.get(notice.stream))
  }

  #onOpened(id: StreamId, head: RequestHead): void {
    const listener = this.#init.onStream?.(this.#stream(id), head)
    if (listener !== undefined) this.#listeners.set(id, listener)
  }

  #tellListener(notice: StreamNotice, listener: StreamListener | undefined): void {
    switch (notice.type) {
      case 'headed':
        listener?.onHead?.(notice.head)
        break
      case 'data':
        listener?.onData(notice.bytes)
        break
      case 'credited':
        listener?.onRoom()
        break
      case 'ended':
        listener?.onEnd()
        this.#forgetIfOver(notice.stream)
        break
      case 'reset':
        this.#forget(notice.stream)
        listener?.onReset(notice.code)
    }
  }

  #onClosed(code: number): void {
    const listeners = [...this.#listeners.values()]
    this.#listeners.clear()
    this.#waiting.clear()
    this.#queue = []
    for (const listener of listeners) listener.onReset(code)
    this.#init.channel.close()
    this.#init.onClosed(code)
  }
}

/** Makes one end; it does nothing until the channel is open and its messages are handed in. */
export const createTunnelEnd = (init: TunnelEndInit): TunnelEnd => new Tunnel(init)
