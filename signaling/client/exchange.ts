/** One request of a Node client as one stream: body out and answer in, each no faster than it is read. */
import { ERRORS } from '../../protocols/errors/index.ts'
import { type Header, type ResponseHead, TUNNEL_WINDOW_BYTES } from '../../protocols/tunnel/index.ts'
import type { StreamListener, TunnelStream } from '../tunnel-end.ts'
import { errorOfWire } from '../tunnel-errors.ts'

export interface GatewayResponse {
  readonly status: number
  readonly headers: readonly Header[]
  /** Errors with the code that ended the stream; cancelling it tells the service's node. */
  readonly body: ReadableStream<Uint8Array>
}

export class ClientExchange implements StreamListener {
  readonly response: Promise<GatewayResponse>
  readonly #onOver: () => void
  readonly #service: string
  readonly #body: ReadableStream<Uint8Array>
  #stream: TunnelStream | null = null
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null
  #resolve: (response: GatewayResponse) => void = () => undefined
  #reject: (error: Error) => void = () => undefined
  #onRoom: () => void = () => undefined
  #received = 0
  #reported = 0
  #over = false

  /** `onOver` is called once, when the answer is whole or will never be. */
  constructor(service: string, onOver: () => void) {
    this.#service = service
    this.#onOver = onOver
    this.response = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.#body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller
        },
        pull: (controller) => this.#report(controller),
        cancel: () => this.cancel(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: TUNNEL_WINDOW_BYTES }),
    )
  }

  /** The stream is open; sends the request body, if there is one, as there is room. */
  async send(stream: TunnelStream, body: AsyncIterable<Uint8Array> | null): Promise<void> {
    this.#stream = stream
    for await (const chunk of body ?? []) {
      for (let rest = chunk; rest.byteLength > 0 && !this.#over; ) {
        const room = new Promise<void>((resolve) => {
          this.#onRoom = resolve
        })
        rest = rest.subarray(stream.write(rest))
        if (rest.byteLength > 0) await room
      }
      if (this.#over) return
    }
    stream.end()
  }

  cancel(): void {
    if (this.#over) return
    this.#stream?.reset(ERRORS.streamCancelled.wire)
    this.#fail(errorOfWire(ERRORS.streamCancelled.wire, this.#service))
  }

  onHead({ status, headers }: ResponseHead): void {
    this.#resolve({ status, headers, body: this.#body })
  }

  onData(bytes: Uint8Array): void {
    this.#received += bytes.byteLength
    this.#controller?.enqueue(bytes)
  }

  onEnd(): void {
    this.#controller?.close()
    this.#finish()
  }

  onReset(code: number): void {
    this.#fail(errorOfWire(code, this.#service))
  }

  onRoom(): void {
    this.#onRoom()
  }

  /** After a whole answer there is nothing to fail: only the rest of the request was not wanted. */
  #fail(error: Error): void {
    if (this.#over) return
    this.#reject(error)
    this.#controller?.error(error)
    this.#finish()
  }

  #finish(): void {
    this.#over = true
    this.#controller = null
    this.#onRoom()
    this.#onOver()
  }

  #report(controller: ReadableStreamDefaultController<Uint8Array>): void {
    const consumed = this.#received - (TUNNEL_WINDOW_BYTES - (controller.desiredSize ?? 0))
    if (consumed > this.#reported) this.#stream?.consumed(consumed - this.#reported)
    this.#reported = Math.max(consumed, this.#reported)
  }
}
