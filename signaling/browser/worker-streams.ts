/** The page's side of the worker's fetches: each port is one stream of the link's channel. */
import { ERRORS, errorBody, isCoterieError } from '../../protocols/errors/index.ts'
import type { StreamListener, TunnelStream } from '../tunnel-end.ts'
import { errorOfWire } from '../tunnel-errors.ts'
import type { ErrorText, FromPage, FromWorker, OpenMessage } from './port-messages.ts'
import type { ServiceLink } from './service-link.ts'

/** A browser ends an idle worker after 30 s, also while it streams; a message starts that time anew. */
const AWAKE_EVERY_MS = 10_000

class WorkerStream implements StreamListener {
  readonly #port: MessagePort
  readonly #link: ServiceLink
  readonly #service: string
  readonly #head: OpenMessage['head']
  #begun = false
  #stream: TunnelStream | null = null
  /** Parts of the request body that found no room, in order. */
  #unsent: Uint8Array[] = []
  #ended = false
  #over = false

  constructor(port: MessagePort, link: ServiceLink, service: string, head: OpenMessage['head']) {
    this.#port = port
    this.#link = link
    this.#service = service
    this.#head = head
    port.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#onMessage(data)
    this.#tell({ type: 'accepted' })
  }

  /** The worker has begun to send, so it has chosen this page: one that it gave up on must not ask the service too. */
  async #begin(): Promise<void> {
    if (this.#begun) return
    this.#begun = true
    try {
      const end = await this.#link.ready()
      if (this.#over) return
      this.#stream = this.#link.open(end, this.#head, this)
      this.onRoom()
    } catch (error) {
      this.fail(isCoterieError(error) ? errorBody(error) : (error as ErrorText))
    }
  }

  fail(error: ErrorText): void {
    if (this.#over) return
    this.#over = true
    this.#tell({ type: 'reset', error })
  }

  onHead(head: Parameters<NonNullable<StreamListener['onHead']>>[0]): void {
    this.#tell({ type: 'head', head })
  }

  onData(bytes: Uint8Array<ArrayBuffer>): void {
    this.#tell({ type: 'data', bytes }, [bytes.buffer])
  }

  onEnd(): void {
    this.#tell({ type: 'end' })
  }

  onReset(code: number): void {
    this.fail(errorBody(errorOfWire(code, this.#service)))
  }

  onRoom(): void {
    const stream = this.#stream
    if (stream === null) return
    for (let first = this.#unsent[0]; first !== undefined; first = this.#unsent[0]) {
      const bytes = stream.write(first)
      this.#tell({ type: 'taken', bytes })
      if (bytes < first.byteLength) {
        this.#unsent[0] = first.subarray(bytes)
        return
      }
      this.#unsent.shift()
    }
    if (this.#ended) stream.end()
  }

  #tell(message: FromPage, transfer: Transferable[] = []): void {
    this.#port.postMessage(message, transfer)
  }

  #onMessage(message: FromWorker): void {
    switch (message.type) {
      case 'data':
        this.#unsent.push(message.bytes)
        void this.#begin()
        if (this.#unsent.length === 1) this.onRoom()
        return
      case 'end':
        this.#ended = true
        void this.#begin()
        if (this.#unsent.length === 0) this.#stream?.end()
        return
      case 'consumed':
        this.#stream?.consumed(message.bytes)
        return
      case 'cancel':
        this.#over = true
        this.#stream?.reset(ERRORS.streamCancelled.wire)
        this.#port.close()
    }
  }
}

/** Answers every fetch that the worker brings, and keeps it awake while streams are open. */
export const serveWorker = (workers: ServiceWorkerContainer, link: ServiceLink, service: string): void => {
  workers.addEventListener('message', ({ data, ports }: MessageEvent<OpenMessage>) => {
    const [port] = ports
    if (port === undefined || data.type !== 'coterie-open') return
    new WorkerStream(port, link, service, data.head)
  })
  workers.startMessages()
  setInterval(() => {
    if (link.streamCount > 0) workers.controller?.postMessage({ type: 'coterie-awake' })
  }, AWAKE_EVERY_MS)
}
