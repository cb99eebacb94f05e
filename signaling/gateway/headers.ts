/** What changes in headers between a browser's page and the service's own server. */
import type { Header } from '../../protocols/tunnel/index.ts'

export interface UpstreamAddress {
  readonly host: string
  readonly port: number
}

/** Fields of one connection only (RFC 9110, section 7.6.1), which end at each hop. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

const namedByConnection = (headers: readonly Header[]): ReadonlySet<string> =>
  new Set(
    headers
      .filter(([name]) => name === 'connection')
      .flatMap(([, value]) => value.toLowerCase().split(','))
      .map((name) => name.trim()),
  )

/** The headers that go past this hop. */
export const endToEnd = (headers: readonly Header[]): readonly Header[] => {
  const named = namedByConnection(headers)
  return headers.filter(([name]) => !HOP_BY_HOP.has(name) && !named.has(name))
}

/** Fields that the upstream gets from us and from nobody else. */
const OURS = new Set(['host', 'content-length', 'accept-encoding', 'x-forwarded-host', 'x-forwarded-proto'])

/**
 * The request as the upstream expects it: `host` is its own address, and `origin` and `referer` of the page are too.
 * It is asked not to compress, since a service worker's answer is not decoded by the browser.
 */
export const upstreamHeaders = (
  headers: readonly Header[],
  upstream: UpstreamAddress,
): Record<string, string | string[]> => {
  const page = headers.find(([name]) => name === 'x-forwarded-host')?.[1]
  const host = `${upstream.host}:${upstream.port}`
  const result: Record<string, string | string[]> = {
    host,
    'accept-encoding': 'identity',
    // We end each connection ourselves: a server that does it under an upload takes its own answer along.
    connection: 'keep-alive',
  }
  if (page !== undefined) Object.assign(result, { 'x-forwarded-host': page, 'x-forwarded-proto': 'http' })
  for (const [name, value] of endToEnd(headers)) {
    if (OURS.has(name)) continue
    const own = name === 'origin' || name === 'referer' ? replaceOrigin(value, page, host) : value
    const before = result[name]
    result[name] = before === undefined ? own : [before, own].flat()
  }
  return result
}

const replaceOrigin = (url: string, from: string | undefined, to: string): string => {
  const prefix = `http://${from}`
  return url === prefix || url.startsWith(`${prefix}/`) ? `http://${to}${url.slice(prefix.length)}` : url
}

/** The answer as the page expects it: a redirect to the upstream's own address becomes one within the page's origin. */
export const pageHeaders = (raw: readonly string[], upstream: UpstreamAddress): readonly Header[] => {
  const headers: Header[] = []
  for (let index = 0; index + 1 < raw.length; index += 2)
    headers.push([(raw[index] as string).toLowerCase(), raw[index + 1] as string])
  const own = `http://${upstream.host}:${upstream.port}`
  return endToEnd(headers).map(([name, value]) =>
    name === 'location' && (value === own || value.startsWith(`${own}/`))
      ? [name, value.slice(own.length) || '/']
      : [name, value],
  )
}
