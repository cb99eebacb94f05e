/**
 * A libp2p stream as Node's own kind of stream, with back-pressure both ways.
 *
 * Guarantees: `end` here is the end of this direction there, and the other way round; `destroy` before both have ended is a reset there,
 * and a reset, or the loss of the connection, is an error here. Its own `onDrain()` and `for await` give no back-pressure, hence the events.
 */
import { Duplex } from 'node:stream'
import type { Stream } from '@libp2p/interface'
import { BYTES_AHEAD_MAX } from './limits.ts'

type Done = (error?: Error | null) => void

export class ByteStream extends Duplex {
  readonly #stream: Stream
  /** True once the peer has said that it writes no more; an end without it is a break. */
  #peerFinished: boolean
  #resuming = false
  /** True from when no more is wanted until more is. */
  #isFull = false
  /** What waits until the stream has room. */
  #whenRoom: Done | null = null

  constructor(stream: Stream) {
    super({
      allowHalfOpen: true,
      readableHighWaterMark: BYTES_AHEAD_MAX,
      writableHighWaterMark: BYTES_AHEAD_MAX,
    })
    this.#stream = stream
    this.#peerFinished = stream.remoteWriteStatus === 'closed' && stream.status === 'open'
    stream.addEventListener('remoteCloseWrite', () => {
      this.#peerFinished = true
    })
    stream.addEventListener('end', () => this.#onEnd())
    stream.addEventListener('close', (event) => {
      if (event.error !== undefined) this.destroy(event.error)
      this.#release(event.error ?? new Error('the stream is closed'))
    })
    // It tells of these while it still sends, and would take no more from within.
    for (const type of ['drain', 'idle'] as const)
      stream.addEventListener(type, () => queueMicrotask(() => this.#onRoom()))
    if (stream.readableEnded || stream.status !== 'open') queueMicrotask(() => this.#onEnd())
    else stream.addEventListener('message', ({ data }) => this.#onData(data))
  }

  override _read(): void {
    this.#isFull = false
    if (this.#stream.readStatus !== 'paused') return
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

  override _write(chunk: Uint8Array, _encoding: string, done: Done): void {
    try {
      this.#stream.send(chunk)
    } catch (error) {
      done(error as Error)
      return
    }
    this.#whenRoom = done
    this.#onRoom()
  }

  override _final(done: Done): void {
    this.#stream.close().then(() => done(), done)
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#stream.abort(error ?? new Error('the stream was given up'))
    done(error)
  }

  #onData(data: Uint8Array | Iterable<Uint8Array>): void {
    // What is full goes on to be filled by what has arrived already, which the window bounds.
    for (const chunk of data instanceof Uint8Array ? [data] : data) this.#isFull = !this.push(chunk)
    if (!this.#resuming) this.#pauseIfFull()
  }

  /** A pause from within `resume()` would be undone by it, so the look at the bound comes after. */
  #pauseIfFull(): void {
    if (this.#isFull && this.#stream.readStatus === 'readable') this.#stream.pause()
  }

  #onRoom(): void {
    if (!this.#stream.writableNeedsDrain && this.#stream.writeBufferLength === 0) this.#release(null)
  }

  #release(error: Error | null): void {
    const done = this.#whenRoom
    this.#whenRoom = null
    done?.(error)
  }

  #onEnd(): void {
    if (this.#peerFinished) this.push(null)
    else this.destroy(new Error('the stream broke off'))
  }
}
