/**
 * Frames on a libp2p stream, with back-pressure both ways.
 *
 * Reading: frames are decoded as they come until `READ_AHEAD_BYTES` wait for the reader; then the stream is paused, the
 * peer's window runs out and it stops. Writing: resolves once the stream has handed on all its bytes. The stream's own
 * `onDrain()` and `for await` give no back-pressure, hence the events.
 */
import type { Stream } from '@libp2p/interface'
import { CoterieError } from '../../protocols/errors/index.ts'
import {
  createFrameDecoder,
  encodeFrame,
  type FrameDecoder,
  type NodeId,
} from '../../protocols/wire/index.ts'
import type { FrameStream } from '../ports/network.ts'
import { unreachable } from './deadline.ts'
import { FRAME_OVERHEAD_BYTES, READ_AHEAD_BYTES } from './limits.ts'

type MessageData = Parameters<Stream['push']>[0]

/** What the network itself knows of a frame stream, beyond the port. */
export interface OwnFrameStream extends FrameStream {
  /** False once nothing more can be written. */
  readonly writable: boolean
  /** True once both directions have ended, in peace or not. */
  readonly ended: boolean
  /** Called once when both have; at once if they already have. */
  onEnded(listener: () => void): void
  /** Takes and drops what still comes, so that the peer's end is seen. */
  drain(): void
}

class Libp2pFrameStream implements OwnFrameStream {
  readonly peer: NodeId
  readonly #stream: Stream
  readonly #writeBytesMax: number
  readonly #decoder: FrameDecoder
  #frames: Uint8Array[] = []
  #heldBytes = 0
  #resuming = false
  #draining = false
  /** True once the peer has said that it writes no more; an end without it is a break. */
  #peerFinished: boolean
  #atEnd: boolean
  #failure: unknown
  #wakeReader: (() => void) | null = null

  constructor(stream: Stream, peer: NodeId, writeBytesMax: number, readBytesMax: number) {
    this.peer = peer
    this.#stream = stream
    this.#writeBytesMax = writeBytesMax
    this.#decoder = createFrameDecoder(readBytesMax)
    this.#peerFinished = stream.remoteWriteStatus === 'closed' && stream.status === 'open'
    this.#atEnd = stream.readableEnded || stream.status !== 'open'
    stream.addEventListener('remoteCloseWrite', () => {
      this.#peerFinished = true
    })
    stream.addEventListener('end', () => this.#onEnd())
    stream.addEventListener('close', (event) => {
      this.#failure ??= event.error
      this.#onEnd()
    })
    if (!this.#atEnd) stream.addEventListener('message', (event) => this.#onData(event.data))
  }

  get writable(): boolean {
    return this.#stream.writeStatus === 'writable'
  }

  get ended(): boolean {
    return this.#stream.status !== 'open' && this.#stream.status !== 'closing'
  }

  onEnded(listener: () => void): void {
    if (this.ended) listener()
    else this.#stream.addEventListener('close', listener, { once: true })
  }

  async read(): Promise<Uint8Array | null> {
    while (this.#frames.length === 0 && !this.#atEnd) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#wakeReader = resolve
      await promise
    }
    const frame = this.#frames.shift()
    if (frame !== undefined) {
      this.#heldBytes -= frame.byteLength + FRAME_OVERHEAD_BYTES
      this.#resumeIfRoom()
      return frame
    }
    if (this.#peerFinished && this.#failure === undefined && this.#decoder.pendingBytes === 0) return null
    throw unreachable(this.peer, this.#failure ?? new Error('the stream broke off'))
  }

  async write(frame: Uint8Array): Promise<void> {
    const bytesMax = this.#writeBytesMax
    if (frame.byteLength > bytesMax)
      throw new CoterieError('frameTooLarge', { bytes: frame.byteLength, bytesMax })
    if (!this.writable) throw unreachable(this.peer, this.#failure ?? new Error('the stream is closed'))
    try {
      this.#stream.send(encodeFrame(frame))
    } catch (error) {
      throw unreachable(this.peer, error)
    }
    while (this.#stream.writableNeedsDrain || this.#stream.writeBufferLength > 0) {
      if (this.ended) throw unreachable(this.peer, this.#failure ?? new Error('the stream broke off'))
      await this.#writeProgress()
    }
  }

  async close(): Promise<void> {
    await this.#stream.close().catch(() => {})
  }

  abort(): void {
    this.#stream.abort(new Error('the stream was given up'))
  }

  drain(): void {
    this.#draining = true
    this.#frames = []
    this.#heldBytes = 0
    this.#resumeIfRoom()
  }

  #writeProgress(): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        for (const type of ['drain', 'idle', 'close'] as const) this.#stream.removeEventListener(type, done)
        resolve()
      }
      for (const type of ['drain', 'idle', 'close'] as const) this.#stream.addEventListener(type, done)
    })
  }

  #onData(data: MessageData): void {
    if (this.#draining) return
    try {
      for (const chunk of data instanceof Uint8Array ? [data] : data)
        for (const frame of this.#decoder.push(chunk)) {
          this.#frames.push(frame)
          this.#heldBytes += frame.byteLength + FRAME_OVERHEAD_BYTES
        }
    } catch (error) {
      this.#failure = error
      this.#stream.abort(error as Error)
    }
    if (!this.#resuming) this.#pauseIfFull()
    this.#wake()
  }

  #pauseIfFull(): void {
    if (this.#heldBytes > READ_AHEAD_BYTES && this.#stream.readStatus === 'readable') this.#stream.pause()
  }

  /** A pause from within `resume()` would be undone by it, so the look at the bound comes after. */
  #resumeIfRoom(): void {
    if (this.#stream.readStatus !== 'paused' || this.#heldBytes > READ_AHEAD_BYTES / 2) return
    this.#resuming = true
    try {
      this.#stream.resume()
    } catch {
      // The connection is gone, and the window update with it; what was buffered has been delivered.
    } finally {
      this.#resuming = false
    }
    this.#pauseIfFull()
  }

  #onEnd(): void {
    this.#atEnd = true
    this.#wake()
  }

  #wake(): void {
    this.#wakeReader?.()
    this.#wakeReader = null
  }
}

/** Frames on `stream`, whose reading it takes over at once. The bounds differ where the peer is not trusted yet. */
export const createFrameStream = (
  stream: Stream,
  peer: NodeId,
  writeBytesMax: number,
  readBytesMax: number = writeBytesMax,
): OwnFrameStream => new Libp2pFrameStream(stream, peer, writeBytesMax, readBytesMax)
