/**
 * The gateway's HTTP side: the page, its scripts, and the way to a session. It carries no byte of a service.
 *
 * Refused: every Host but `<service>.localhost`; a session asked for by a page of another origin.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { CoterieError, ERRORS, errorBody } from '../../protocols/errors/index.ts'
import { type Answer, SDP_LENGTH_MAX } from '../../signaling/index.ts'
import { checkForm } from '../http/index.ts'
import { browserAsset, browserAssetAt } from './assets.ts'
import { serviceOfHost } from './host.ts'
import { errorPage, OWN_HEADERS, PAGE_STYLE, servicePage } from './pages.ts'

/** JSON around one session description, each character escaped at worst. */
const SESSION_BODY_BYTES_MAX = 2 * SDP_LENGTH_MAX

/** Destinations of documents that are shown inside another (Fetch Metadata standard). */
const FRAMED = new Set(['iframe', 'frame', 'embed', 'object'])

const ASSETS = '/.coterie/assets/'

export interface ListenerComponents {
  /** A service that is known but does not run gets its page, which tries again. @throws `gatewayServiceUnknown` */
  readonly check: (service: string) => void
  readonly openSession: (service: string, sdp: string) => Promise<Answer>
}

const send = (response: ServerResponse, status: number, type: string, body: string): void => {
  response.writeHead(status, { ...OWN_HEADERS, 'content-type': `${type}; charset=utf-8` })
  response.end(response.req.method === 'HEAD' ? undefined : body)
}

/** A person who looks gets a page; a program gets the error as the API writes it. */
const sendError = (response: ServerResponse, error: unknown): void => {
  if (response.headersSent) return void response.destroy()
  const body = errorBody(error)
  const status = ERRORS[body.code].http
  if (response.req.headers.accept?.includes('text/html')) send(response, status, 'text/html', errorPage(body))
  else send(response, status, 'application/json', JSON.stringify({ error: body }))
}

const sendScript = (response: ServerResponse, script: string | null): void => {
  const { method = '', url: path = '' } = response.req
  if (script === null) throw new CoterieError('gatewayPageOnly', { method, path })
  send(response, 200, 'text/javascript', script)
}

const readBody = async (request: IncomingMessage): Promise<string> => {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of request as AsyncIterable<Uint8Array>) {
    bytes += part.byteLength
    if (bytes > SESSION_BODY_BYTES_MAX)
      throw new CoterieError('bodyTooLarge', { bytesMax: SESSION_BODY_BYTES_MAX })
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

const parseSdp = (body: string): string => {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    throw new CoterieError('offerRefused', { detail: 'it is not JSON' })
  }
  const sdp = typeof value === 'object' && value !== null && 'sdp' in value ? value.sdp : undefined
  if (typeof sdp !== 'string' || sdp.length === 0 || sdp.length > SDP_LENGTH_MAX)
    throw new CoterieError('offerRefused', {
      detail: `sdp is not a text of 1 to ${SDP_LENGTH_MAX} characters`,
    })
  return sdp
}

/** A browser names the page that asks; a program names none. JSON alone, since no page may send that across origins unasked. */
const checkOrigin = ({ headers }: IncomingMessage): void => {
  const { origin, host } = headers
  if (origin !== undefined && origin !== `http://${host}`)
    throw new CoterieError('gatewayOriginRefused', { origin })
  if (headers['content-type'] !== 'application/json')
    throw new CoterieError('offerRefused', { detail: 'its content type is not application/json' })
}

const handle = async (
  components: ListenerComponents,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  checkForm(request)
  const service = serviceOfHost(request.headers.host)
  if (service === null) throw new CoterieError('gatewayHostRefused', { host: request.headers.host ?? '' })
  const { method = 'GET', headers } = request
  const [path = '/'] = (request.url ?? '/').split('?')

  if (path === '/.coterie/session' && method === 'POST') {
    checkOrigin(request)
    const answer = await components.openSession(service, parseSdp(await readBody(request)))
    return send(response, 200, 'application/json', JSON.stringify(answer))
  }
  if (method !== 'GET' && method !== 'HEAD') throw new CoterieError('gatewayPageOnly', { method, path })
  if (path === '/.coterie/page.css') return send(response, 200, 'text/css', PAGE_STYLE)
  // The browser marks the request for a worker's script so (Service Workers standard, "Service-Worker" header).
  if (path === '/' && headers['service-worker'] === 'script')
    return sendScript(response, await browserAsset('signaling/browser/worker'))
  if (path.startsWith(ASSETS)) return sendScript(response, await browserAssetAt(path.slice(ASSETS.length)))

  // A frame that reaches us has passed no worker; the page in itself would nest without end.
  const framed = FRAMED.has(headers['sec-fetch-dest'] as string)
  if (framed || !headers.accept?.includes('text/html'))
    throw new CoterieError('gatewayPageOnly', { method, path })
  components.check(service)
  send(response, 200, 'text/html', servicePage(service))
}

/** Gives the listener of a server; it throws nothing and answers everything. */
export const createListener =
  (components: ListenerComponents) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    handle(components, request, response).catch((error: unknown) => sendError(response, error))
  }
