/**
 * A page's lasting link to its service: opens a channel, opens another when it is lost, and waits longer each time.
 *
 * Streams of a lost channel are reset with a code; those that are asked for meanwhile wait for the next channel, or
 * fail with the words of the attempt that failed. Nothing is sent twice.
 */
import { ERRORS, errorBody } from '../../protocols/errors/index.ts'
import type { RequestHead } from '../../protocols/tunnel/index.ts'
import { createTunnelEnd, type StreamListener, type TunnelEnd, type TunnelStream } from '../tunnel-end.ts'
import { errorOfWire } from '../tunnel-errors.ts'
import { openChannel, textOfFailure } from './channel.ts'
import type { ErrorText } from './port-messages.ts'

/** Waits between attempts; the last one repeats. */
const RETRY_AFTER_MS = [500, 1_000, 2_000, 4_000, 8_000]

export interface LinkEvents {
  onUp(): void
  /** The link is down for this reason and will be tried again. */
  onDown(error: ErrorText): void
}

export interface ServiceLink {
  /** Resolves with a channel's end, or rejects with an `ErrorText` when the next attempt fails. */
  ready(): Promise<TunnelEnd>
  /** @throws what opening a stream throws */
  open(end: TunnelEnd, head: Omit<RequestHead, 'service'>, listener: StreamListener): TunnelStream
  readonly streamCount: number
  /** Tells the node that the page goes. */
  close(): void
}

class Link implements ServiceLink {
  readonly #service: string
  readonly #events: LinkEvents
  #end: TunnelEnd | null = null
  #failures = 0
  #closed = false
  #attempt: Promise<TunnelEnd>

  constructor(service: string, events: LinkEvents) {
    this.#service = service
    this.#events = events
    this.#attempt = this.#connect()
  }

  get streamCount(): number {
    return this.#end?.streamCount ?? 0
  }

  ready(): Promise<TunnelEnd> {
    return this.#attempt
  }

  open(end: TunnelEnd, head: Omit<RequestHead, 'service'>, listener: StreamListener): TunnelStream {
    return end.open({ ...head, service: this.#service }, listener)
  }

  close(): void {
    this.#closed = true
    this.#end?.close(ERRORS.streamCancelled.wire)
  }

  #connect(): Promise<TunnelEnd> {
    const attempt = this.#open()
    attempt.catch((error: ErrorText) => this.#retry(error))
    return attempt
  }

  async #open(): Promise<TunnelEnd> {
    let end: TunnelEnd | null = null
    try {
      const channel = await openChannel(this.#service, {
        onMessage: (bytes) => end?.receive(bytes),
        onDrained: () => end?.onDrained(),
        onClosed: () => end?.onChannelLost(ERRORS.channelLost.wire),
      })
      end = createTunnelEnd({ role: 'client', channel, onClosed: (code) => this.#onLost(code) })
    } catch (error) {
      throw textOfFailure(error, this.#service)
    }
    this.#end = end
    this.#failures = 0
    this.#events.onUp()
    return end
  }

  #onLost(code: number): void {
    this.#end = null
    if (this.#closed) return
    this.#events.onDown(errorBody(errorOfWire(code, this.#service)))
    this.#attempt = this.#connect()
  }

  #retry(error: ErrorText): void {
    const afterMs = RETRY_AFTER_MS[Math.min(this.#failures, RETRY_AFTER_MS.length - 1)]
    this.#failures++
    if (this.#closed) return
    this.#events.onDown(error)
    setTimeout(() => {
      this.#attempt = this.#connect()
    }, afterMs)
  }
}

export const createServiceLink = (service: string, events: LinkEvents): ServiceLink =>
  new Link(service, events)
