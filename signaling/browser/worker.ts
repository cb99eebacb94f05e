/**
 * The service worker of a service's origin: every fetch of its pages becomes a stream of an open page's channel.
 *
 * One classic script without imports at run time, so that every browser with service workers takes it; only types
 * are imported. It keeps no state between fetches: a browser may end it at any time, and what it needs, an open
 * page that holds a channel, it asks for anew. Documents of a tab itself come from the gateway: they are that page.
 */
import type { Header, ResponseHead } from '../../protocols/tunnel/index.ts'
import type { ErrorText, FromPage, FromWorker, OpenMessage } from './port-messages.ts'
import type { CookieToStore, FetchEvent, WorkerClient, WorkerScope } from './worker-scope.ts'

const scope = self as unknown as WorkerScope
const service = scope.location.hostname.replace(/\.localhost$/, '')

/** Paths of the gateway itself. */
const OWN_PATH = '/.coterie/'
/** How long a page may take to say that it has the stream, before another is asked. */
const ACCEPT_TIMEOUT_MS = 5_000
/** Answer bytes that wait here for their reader: the tunnel's window. */
const WINDOW_BYTES = 512 * 1024
/** Consumed bytes that are worth a message to the page. */
const REPORT_STEP_BYTES = WINDOW_BYTES / 8
/** Request bytes that the page may hold before they go out. */
const UPLOAD_AHEAD_BYTES = 256 * 1024
/** Statuses whose answers have no body (Fetch standard, "null body status"). */
const BODYLESS = new Set([204, 205, 304])

/** The two errors that arise here; a test holds their words to the table. */
const PAGE_MISSING: ErrorText = {
  code: 'channelPageMissing',
  message: `no open page holds a channel to "${service}"`,
  next: `Open the address of "${service}" in a tab of its own and keep it open`,
}
const GATEWAY_UNREACHABLE: ErrorText = {
  code: 'gatewayUnreachable',
  message: 'the gateway on this machine does not answer',
  next: 'Start coterie with coterie up, then reload the page',
}

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)

const errorPage = ({ code, message, next }: ErrorText): string => `<!doctype html><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><meta name="coterie-error"><title>${escapeHtml(code)}</title>
<style>:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1rem}
p::first-letter{text-transform:uppercase}code{opacity:.6}</style>
<h1>This page cannot be shown</h1><p>${escapeHtml(message)}. ${escapeHtml(next)}.</p>
<p><a href="">Try again</a></p><p><code>${escapeHtml(code)}</code></p>`

/** A person gets a page; a program gets the error as the API writes it. */
const errorResponse = (request: Request, error: ErrorText): Response =>
  request.mode === 'navigate'
    ? new Response(errorPage(error), {
        status: 502,
        headers: {
          'content-type': 'text/html; charset=utf-8',
          'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
        },
      })
    : Response.json({ error }, { status: 502 })

/** The cookies of an answer, as far as a script may set them: without HttpOnly, and for this origin alone. */
const storeCookies = async (headers: readonly Header[], url: string): Promise<void> => {
  for (const [name, value] of headers) {
    if (name !== 'set-cookie' || scope.cookieStore === undefined) continue
    const [pair = '', ...attributes] = value.split(';').map((part) => part.trim())
    const equals = pair.indexOf('=')
    if (equals < 1) continue
    const attribute = (wanted: string): string | undefined =>
      attributes.find((part) => part.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1)
    const path = attribute('path') ?? new URL('.', url).pathname
    const cookie: CookieToStore = {
      name: pair.slice(0, equals),
      value: pair.slice(equals + 1),
      path,
      sameSite: attribute('samesite')?.toLowerCase() === 'strict' ? 'strict' : 'lax',
    }
    const maxAge = attribute('max-age')
    const expires =
      maxAge === undefined ? Date.parse(attribute('expires') ?? '') : Date.now() + Number(maxAge) * 1000
    const stored =
      expires <= Date.now()
        ? scope.cookieStore.delete({ name: cookie.name, path })
        : scope.cookieStore.set(Number.isNaN(expires) ? cookie : { ...cookie, expires })
    // A cookie that the browser does not take is the service's loss, not the page's.
    await stored.catch(() => undefined)
  }
}

const requestHeaders = async (request: Request): Promise<Header[]> => {
  const headers: Header[] = [...request.headers]
  headers.push(['x-forwarded-host', scope.location.host])
  if (request.referrer.startsWith(scope.location.origin)) headers.push(['referer', request.referrer])
  if (request.method !== 'GET' && request.method !== 'HEAD') headers.push(['origin', scope.location.origin])
  if (scope.cookieStore !== undefined && request.credentials !== 'omit') {
    const cookies = await scope.cookieStore.getAll({ url: request.url })
    if (cookies.length > 0)
      headers.push(['cookie', cookies.map(({ name, value }) => `${name}=${value}`).join('; ')])
  }
  return headers
}

/** The page shows the service in a frame of its own origin, which the service's own wish may not prevent. */
const framed = (headers: readonly Header[]): Header[] =>
  headers.flatMap(([name, value]): Header[] => {
    if (name === 'x-frame-options') return []
    if (name !== 'content-security-policy') return [[name, value]]
    const kept = value.split(';').filter((directive) => !/^\s*frame-ancestors\b/i.test(directive))
    return kept.length === 0 ? [] : [[name, kept.join(';')]]
  })

/** Offers the stream to one page. Gives its port once it has accepted, or null. */
const askPage = (page: WorkerClient, message: OpenMessage): Promise<MessagePort | null> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    const timer = setTimeout(() => {
      port1.close()
      resolve(null)
    }, ACCEPT_TIMEOUT_MS)
    port1.onmessage = () => {
      clearTimeout(timer)
      resolve(port1)
    }
    page.postMessage(message, [port2])
  })

/** The open page to use: one that is seen before one that is not, since browsers slow down what is hidden. */
const findPort = async (message: OpenMessage): Promise<MessagePort | null> => {
  const windows = await scope.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const pages = windows.filter(({ frameType }) => frameType === 'top-level' || frameType === 'auxiliary')
  pages.sort((a, b) => Number(b.visibilityState === 'visible') - Number(a.visibilityState === 'visible'))
  for (const page of pages) {
    const port = await askPage(page, message)
    if (port !== null) return port
  }
  return null
}

/** One fetch as one stream of the page: request body out, answer in, each no faster than it is read. */
class ServiceFetch {
  readonly #request: Request
  readonly #port: MessagePort
  readonly response: Promise<Response>
  #resolve: (response: Response) => void = () => undefined
  #body: ReadableStreamDefaultController<Uint8Array> | null = null
  #received = 0
  #reported = 0
  /** Request bytes that the page has and has not sent. */
  #ahead = 0
  #onTaken: () => void = () => undefined

  constructor(request: Request, port: MessagePort) {
    this.#request = request
    this.#port = port
    this.response = new Promise((resolve) => {
      this.#resolve = resolve
    })
    port.onmessage = ({ data }: MessageEvent<FromPage>) => this.#onMessage(data)
    // The page was closed: known at once where ports tell (Chromium 122 on); elsewhere the page says so as it goes.
    port.addEventListener('close', () => this.#fail(PAGE_MISSING))
    request.signal.addEventListener('abort', () => this.#cancel())
    this.#upload().catch(() => this.#cancel())
  }

  #tell(message: FromWorker, transfer: Transferable[] = []): void {
    this.#port.postMessage(message, transfer)
  }

  #cancel(): void {
    this.#tell({ type: 'cancel' })
    this.#port.close()
  }

  #fail(error: ErrorText): void {
    this.#resolve(errorResponse(this.#request, error))
    this.#body?.error(new TypeError(`${error.code}: ${error.message}`))
    this.#body = null
    this.#onTaken()
    this.#port.close()
  }

  #onMessage(message: FromPage): void {
    switch (message.type) {
      case 'head':
        void this.#onHead(message.head)
        return
      case 'data':
        this.#received += message.bytes.byteLength
        this.#body?.enqueue(message.bytes)
        return
      case 'end':
        this.#body?.close()
        this.#body = null
        return
      case 'taken':
        this.#ahead -= message.bytes
        this.#onTaken()
        return
      case 'reset':
        this.#fail(message.error)
    }
  }

  async #onHead({ status, headers }: ResponseHead): Promise<void> {
    const body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#body = controller
        },
        pull: (controller) => this.#report(controller),
        cancel: () => this.#cancel(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: WINDOW_BYTES }),
    )
    await storeCookies(headers, this.#request.url)
    const shown = this.#request.mode === 'navigate' ? framed(headers) : headers
    const bodyless = BODYLESS.has(status) || this.#request.method === 'HEAD'
    this.#resolve(new Response(bodyless ? null : body, { status, headers: shown as [string, string][] }))
  }

  /** Tells the page what the reader has used up: what came in, less what still waits here. */
  #report(controller: ReadableStreamDefaultController<Uint8Array>): void {
    const consumed = this.#received - (WINDOW_BYTES - (controller.desiredSize ?? 0))
    if (consumed - this.#reported < REPORT_STEP_BYTES) return
    this.#tell({ type: 'consumed', bytes: consumed - this.#reported })
    this.#reported = consumed
  }

  async #upload(): Promise<void> {
    // Firefox has no stream here; it gives the body as a whole.
    const { body } =
      'body' in this.#request ? this.#request : new Response(await (this.#request as Request).arrayBuffer())
    const reader = body?.getReader()
    for (let chunk = await reader?.read(); chunk?.value !== undefined; chunk = await reader?.read()) {
      for (let offset = 0; offset < chunk.value.byteLength; offset += UPLOAD_AHEAD_BYTES) {
        const bytes = chunk.value.slice(offset, offset + UPLOAD_AHEAD_BYTES)
        this.#ahead += bytes.byteLength
        this.#tell({ type: 'data', bytes }, [bytes.buffer])
        while (this.#ahead >= UPLOAD_AHEAD_BYTES && !this.#request.signal.aborted)
          await new Promise<void>((resolve) => {
            this.#onTaken = resolve
          })
      }
    }
    this.#tell({ type: 'end' })
  }
}

const fetchFromService = async (request: Request): Promise<Response> => {
  const url = new URL(request.url)
  const head = {
    method: request.method,
    path: url.pathname + url.search,
    headers: await requestHeaders(request),
  }
  const port = await findPort({ type: 'coterie-open', head })
  return port === null ? errorResponse(request, PAGE_MISSING) : new ServiceFetch(request, port).response
}

scope.addEventListener('install', (event) => event.waitUntil(scope.skipWaiting()))
scope.addEventListener('activate', (event) => event.waitUntil(scope.clients.claim()))
// A message from the page keeps this worker awake while streams are open; there is nothing else to do.
scope.addEventListener('message', () => undefined)

scope.addEventListener('fetch', (event: FetchEvent) => {
  const { request } = event
  const url = new URL(request.url)
  if (url.origin !== scope.location.origin || url.pathname.startsWith(OWN_PATH)) return
  if (request.destination === 'document')
    event.respondWith(fetch(request).catch(() => errorResponse(request, GATEWAY_UNREACHABLE)))
  else event.respondWith(fetchFromService(request))
})
