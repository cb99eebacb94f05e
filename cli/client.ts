/**
 * Asks the daemon over its unix socket, or another one by its URL. The types of what is asked and answered come from the route table; at run
 * time this knows HTTP and nothing else, so that a command starts without loading a schema library.
 */
import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { TLSSocket } from 'node:tls'
import type { RequestOf, ResponseOf, RouteKey, Routes, StreamEnd } from '../protocols/control/index.ts'
import { CoterieError, isCoterieError } from '../protocols/errors/index.ts'
import { coded, unreachable } from './coded.ts'
import { hostAndPort } from './url.ts'

type KeyOf<Answers> = { [Key in RouteKey]: Routes[Key]['answers'] extends Answers ? Key : never }[RouteKey]
type Given<Key extends RouteKey> = Partial<RequestOf<Routes[Key]>>
type Line<Key extends RouteKey> = Exclude<ResponseOf<Routes[Key]>, StreamEnd>

export interface CallOptions {
  /** How long the daemon may be silent. */
  readonly timeoutMs?: number
  /** Ends the waiting; the call then throws the signal's reason. */
  readonly signal?: AbortSignal
}

export interface Client {
  /** One request, one answer. @throws whatever code the daemon answers with, `daemonUnreachable`, `answerLate`, `answerUnreadable` */
  call<Key extends KeyOf<'json'>>(
    key: Key,
    given?: Given<Key>,
    options?: CallOptions,
  ): Promise<ResponseOf<Routes[Key]>>
  /**
   * The lines of a stream, as they come, until it ends or `signal` is aborted.
   * @throws the code of the stream's last line, `daemonUnreachable`, `streamBroken`
   */
  stream<Key extends KeyOf<'stream'>>(
    key: Key,
    given: Given<Key>,
    signal: AbortSignal,
  ): AsyncGenerator<Line<Key>>
}

/** A daemon that works answers sooner, also when it waits for the leader. */
const ANSWER_MS_MAX = 30_000

/** Where a daemon answers. */
export type Place = OnePlace | EntriesPlace

type OnePlace = { readonly socketPath: string } | RemotePlace

/** Machines of one mesh, any of which will do. */
export interface EntriesPlace {
  /** What people call the mesh. */
  readonly context: string
  /** In the order in which they are asked. */
  readonly entries: readonly RemotePlace[]
}

export interface RemotePlace {
  readonly url: string
  /** For routes that ask for one; whatever it throws, the request throws. */
  readonly token: () => Promise<string>
  /** What its certificate may end at, in PEM; asked for where TLS is spoken. */
  readonly authorities: () => Promise<readonly string[]>
}

/** `place` is asked before each request. Whatever it throws, the request throws. */
export const createClient = ({ place }: { readonly place: () => Promise<Place> }): Client => ({
  call: async (key, given = {}, { timeoutMs = ANSWER_MS_MAX, signal } = {}) => {
    try {
      const response = await send(await place(), key, given, {
        timeoutMs,
        ...(signal !== undefined && { signal }),
      })
      return await readAnswer(key, response)
    } catch (error) {
      signal?.throwIfAborted()
      throw error
    }
  },
  stream: async function* (key, given, signal) {
    const response = await send(await place(), key, given, { signal }).catch((error: unknown) => {
      if (signal.aborted) return null
      throw error
    })
    if (response !== null) yield* readLines(key, response, signal)
  },
})

interface AnyRequest {
  readonly params?: unknown
  readonly query?: unknown
  readonly body?: unknown
}

interface SendOptions {
  readonly timeoutMs?: number
  /** How long it may take until there is a connection. */
  readonly connectMs?: number
  readonly signal?: AbortSignal
}

/** An entry that takes longer to be reached counts as dead; those of a LAN take milliseconds. */
const CONNECT_MS_MAX = 2_000

/** Failures of requests that nobody has read a word of. */
const unsent = new WeakSet<object>()

/** Resolves with a successful answer whose body is still to be read. @throws also `entriesUnreachable` */
const send = async (
  place: Place,
  key: RouteKey,
  given: AnyRequest,
  options: SendOptions,
): Promise<IncomingMessage> => {
  if (!('entries' in place)) return await sendTo(place, key, given, options)
  const failed: { url: string; detail: string }[] = []
  let missing: CoterieError | null = null
  for (const entry of place.entries) {
    try {
      return await sendTo(entry, key, given, { ...options, connectMs: CONNECT_MS_MAX })
    } catch (error) {
      const detail = whyElsewhere(error)
      if (detail === null) throw error
      failed.push({ url: entry.url, detail })
      missing ??= isCoterieError(error, 'loginMissing') ? error : null
    }
  }
  throw missing ?? new CoterieError('entriesUnreachable', { context: place.context, entries: failed })
}

/** Why the next entry may do better; null where it is not to be asked: what may have been read here, is not said twice. */
const whyElsewhere = (error: unknown): string | null => {
  if (isCoterieError(error, 'loginMissing')) return 'nobody is logged in there'
  return isCoterieError(error, 'daemonUnreachable') && unsent.has(error) ? error.data.detail : null
}

const sendTo = async (
  place: OnePlace,
  key: RouteKey,
  given: AnyRequest,
  options: SendOptions,
): Promise<IncomingMessage> => {
  const connection = await connectionTo(place, key)
  const response = await exchange(connection, key, given, options).catch(async (error: Error) => {
    const failure = await failureAt(place, error)
    if (unsent.has(error)) unsent.add(failure)
    throw failure
  })
  if (response.statusCode === 200 || response.statusCode === 202) return response
  throw coded(await readAnswer(key, response), key)
}

/** What a request to that place is made with. */
interface Connection {
  readonly request: typeof request
  readonly options:
    | { readonly socketPath: string }
    | { readonly host: string; readonly port: string; readonly ca?: string[] }
  readonly headers: Readonly<Record<string, string>>
}

/** Routes of a login need no token, and bring one. */
const isLogin = (key: RouteKey): boolean => key.includes('/v1/login/')

const connectionTo = async (place: OnePlace, key: RouteKey): Promise<Connection> => {
  if ('socketPath' in place) {
    const { socketPath } = place
    return { request, options: { socketPath }, headers: { host: 'localhost' } }
  }
  const { host, port } = hostAndPort(place.url)
  const headers: Record<string, string> = isLogin(key)
    ? {}
    : { authorization: `Bearer ${await place.token()}` }
  if (!isEncrypted(place)) return { request, options: { host, port }, headers }
  const { request: secureRequest } = await import('node:https')
  return { request: secureRequest, options: { host, port, ca: [...(await place.authorities())] }, headers }
}

const isEncrypted = ({ url }: RemotePlace): boolean => url.startsWith('https://')

/** What kept a request from being answered. */
const failureAt = async (place: OnePlace, error: Error): Promise<CoterieError> => {
  if ('socketPath' in place) return unreachable(error, place.socketPath)
  if (!isEncrypted(place) || isCoterieError(error)) return unreachable(error, place.url)
  const { tlsFailure } = await import('./trust/tls-failure.ts')
  return (await tlsFailure(error, place.url, Date.now())) ?? unreachable(error, place.url)
}

const exchange = (
  connection: Connection,
  key: RouteKey,
  given: AnyRequest,
  { timeoutMs, connectMs, signal }: SendOptions,
): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const [method, template] = key.split(' ') as [string, string]
    const body = given.body === undefined ? undefined : JSON.stringify(given.body)
    const sent = connection.request({
      ...connection.options,
      method,
      path: pathOf(template, given),
      agent: false,
      headers: { ...connection.headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(signal !== undefined && { signal }),
    })
    if (timeoutMs !== undefined)
      sent.setTimeout(timeoutMs, () =>
        sent.destroy(new CoterieError('answerLate', { request: key, timeoutMs })),
      )
    let isConnected = false
    const late = connectMs && setTimeout(() => sent.destroy(new Error('it does not answer')), connectMs)
    const onConnected = () => {
      isConnected = true
      clearTimeout(late)
    }
    sent.once('socket', (socket) =>
      socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', onConnected),
    )
    sent.once('response', resolve)
    sent.once('error', (error) => {
      clearTimeout(late)
      if (!isConnected) unsent.add(error)
      reject(error)
    })
    sent.end(body)
  })

const pathOf = (template: string, { params, query }: AnyRequest): string => {
  const path = template.replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(String((params as Record<string, unknown>)[name])),
  )
  const pairs = Object.entries(query ?? {})
    .filter(([, value]) => value !== undefined)
    .map(([name, value]): [string, string] => [name, String(value)])
  return pairs.length === 0 ? path : `${path}?${new URLSearchParams(pairs)}`
}

const readAnswer = async (key: RouteKey, response: IncomingMessage) => {
  try {
    return JSON.parse(await text(response))
  } catch (error) {
    throw new CoterieError('answerUnreadable', { request: key, detail: (error as Error).message })
  }
}

async function* readLines<Key extends RouteKey>(
  key: Key,
  response: IncomingMessage,
  signal: AbortSignal,
): AsyncGenerator<Line<Key>> {
  try {
    for await (const text of linesOf(response)) {
      const line = JSON.parse(text) as Line<Key> | StreamEnd
      if (isEnd(line)) throw coded(line.error, key)
      yield line
    }
  } catch (error) {
    if (signal.aborted) return
    if (isCoterieError(error)) throw error
    throw new CoterieError('streamBroken', { request: key, detail: (error as Error).message })
  }
}

async function* linesOf(response: IncomingMessage): AsyncGenerator<string> {
  let rest = ''
  response.setEncoding('utf8')
  for await (const chunk of response) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() as string
    yield* lines
  }
}

const isEnd = (line: unknown): line is StreamEnd => (line as { type?: string }).type === 'end'
