/**
 * One tunnel stream as one HTTP request to the service's own server, bodies streaming both ways.
 *
 * Guarantees: a reader that stops reading stops the server (its socket is paused), one that leaves ends its
 * connection; a server that stops reading an upload stops the sender; a server that goes away resets the stream
 * with a code. Small request bodies are sent with their length, since some servers do not read chunked ones.
 */
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { ERRORS, isCoterieError } from '../../protocols/errors/index.ts'
import type { RequestHead } from '../../protocols/tunnel/index.ts'
import type { StreamListener, TunnelStream } from '../tunnel-end.ts'
import { pageHeaders, type UpstreamAddress, upstreamHeaders } from './headers.ts'

export type { UpstreamAddress } from './headers.ts'

/** A body up to here is collected before it is sent, to know its length: forms and API calls are smaller. */
const COLLECTED_BYTES_MAX = 64 * 1024

/** Where the service listens on this node at this moment. @throws `serviceNotHere`, or `serviceNotRunning` within the peer process */
export type OpenUpstream = (service: string) => Promise<UpstreamAddress>

class Exchange implements StreamListener {
  readonly #stream: TunnelStream
  readonly #head: RequestHead
  /** Parts of the request body that came before the request was begun. */
  #collected: Uint8Array[] = []
  #collectedBytes = 0
  #complete = false
  #over = false
  #address: UpstreamAddress | null = null
  #request: ClientRequest | null = null
  #response: IncomingMessage | null = null
  /** Part of the answer that found no room. */
  #unsent: Uint8Array | null = null

  constructor(stream: TunnelStream, head: RequestHead) {
    this.#stream = stream
    this.#head = head
  }

  /** The upstream is known; the request begins as soon as its body is whole or too large to be collected. */
  start(address: UpstreamAddress): void {
    this.#address = address
    this.#begin()
  }

  fail(code: number): void {
    if (this.#over) return
    this.#over = true
    this.#request?.destroy()
    this.#stream.reset(code)
  }

  onData(bytes: Uint8Array): void {
    if (this.#request === null) {
      this.#collected.push(bytes)
      this.#collectedBytes += bytes.byteLength
      this.#begin()
    } else this.#send(bytes)
  }

  onEnd(): void {
    this.#complete = true
    if (this.#request === null) this.#begin()
    else this.#request.end()
  }

  onReset(): void {
    this.#over = true
    this.#request?.destroy()
  }

  onRoom(): void {
    const unsent = this.#unsent
    if (unsent === null || this.#response === null) return
    this.#unsent = null
    this.#forward(unsent)
    if (this.#unsent === null) this.#resume(this.#response)
  }

  #begin(): void {
    const whole = this.#complete || this.#collectedBytes > COLLECTED_BYTES_MAX
    if (!whole || this.#address === null || this.#over) return
    const { method, path } = this.#head
    const headers = upstreamHeaders(this.#head.headers, this.#address)
    const bodyless = this.#complete && this.#collectedBytes === 0 && (method === 'GET' || method === 'HEAD')
    if (this.#complete && !bodyless) headers['content-length'] = String(this.#collectedBytes)
    this.#request = request({ ...this.#address, method, path, headers, agent: false })
    this.#request.on('response', (response) => this.#onResponse(response, this.#address as UpstreamAddress))
    this.#request.on('error', ({ syscall }: NodeJS.ErrnoException) =>
      this.fail(syscall === 'connect' ? ERRORS.upstreamUnreachable.wire : ERRORS.upstreamBroke.wire),
    )
    for (const bytes of this.#collected) this.#send(bytes)
    this.#collected = []
    if (this.#complete) this.#request.end()
  }

  /** Credit goes back when the server has taken the bytes. */
  #send(bytes: Uint8Array): void {
    this.#request?.write(bytes, (error) => {
      if (!error) this.#stream.consumed(bytes.byteLength)
    })
  }

  #onResponse(response: IncomingMessage, address: UpstreamAddress): void {
    this.#response = response
    response.on('data', (chunk: Uint8Array) => this.#forward(chunk))
    response.on('end', () => {
      if (this.#unsent === null) this.#finish()
    })
    response.on('error', () => this.fail(ERRORS.upstreamBroke.wire))
    try {
      this.#stream.sendHead({
        status: response.statusCode ?? 502,
        headers: pageHeaders(response.rawHeaders, address),
      })
    } catch (error) {
      this.fail(isCoterieError(error) ? ERRORS[error.code].wire : ERRORS.internal.wire)
    }
  }

  #forward(chunk: Uint8Array): void {
    const sent = this.#stream.write(chunk)
    if (sent === chunk.byteLength) return
    this.#unsent = chunk.subarray(sent)
    this.#response?.pause()
  }

  #resume(response: IncomingMessage): void {
    if (response.readableEnded) this.#finish()
    else response.resume()
  }

  #finish(): void {
    if (this.#over) return
    this.#stream.end()
    // An answer that came before the end of the request has made the rest of it needless.
    if (!this.#complete) this.#stream.reset(ERRORS.streamCancelled.wire)
    this.#over = true
    this.#request?.destroy()
  }
}

/** Gives the listener that carries a stream to the service's server. */
export const exchange = (stream: TunnelStream, head: RequestHead, open: OpenUpstream): StreamListener => {
  const listener = new Exchange(stream, head)
  open(head.service).then(
    (address) => listener.start(address),
    (error) => listener.fail(isCoterieError(error) ? ERRORS[error.code].wire : ERRORS.internal.wire),
  )
  return listener
}
