/** Whole HTTP requests, as bytes of a connection, into the real server of the API; the answers are made by hand. */
import { once } from 'node:events'
import { Duplex } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { Value } from 'typebox/value'
import { localAdmission } from '../../../node/control/admission.ts'
import { type ApiComponents, createApi } from '../../../node/control/api.ts'
import { socketGuard } from '../../../node/control/guard.ts'
import type { Random } from '../../../node/ports/clock.ts'
import { chance, pick } from '../../../node/simulation/random.ts'
import { methodOf, ROUTES, type Route } from '../../../protocols/control/index.ts'
import { ERRORS, type ErrorCode } from '../../../protocols/errors/index.ts'
import { silentLogger } from '../../support/silent-logger.ts'
import { changedBytes } from '../frames.ts'
import { HOSTILE_TEXTS } from '../hostile-values.ts'
import { boundsIn, valueFor } from '../schema-values.ts'
import { breach, Refused, type Target } from '../target.ts'
import { bytesOfText, jsonFrom, textOfBytes } from '../text-frames.ts'
import { joined, treeOf } from '../tree.ts'

const routes: Readonly<Record<string, Route>> = ROUTES
/** Turns of the event loop that an answer may take. */
const TURNS_MAX = 20
/** A connection that stays open longer stays so for ever. */
const ANSWER_MS_MAX = 10_000

let asked = 0

/** Counts what passed the validation, and sees that it fits the schemas. */
const answering = (key: string, { params, query, body, answers }: Route) => {
  const answer = (given: { readonly params: unknown; readonly query: unknown; readonly body: unknown }) => {
    asked++
    for (const [schema, value] of [[params, given.params] as const, [query, given.query] as const])
      if (!Value.Check(schema, value)) breach(`${key} was asked with ${JSON.stringify(value)}`)
    if (body !== null && !Value.Check(body, given.body)) breach(`${key} was asked with another body`)
    if (answers === 'text') return ''
    return answers === 'stream' ? (async function* () {})() : { revisions: [] }
  }
  return [key, answer] as const
}

const components = {
  logger: silentLogger,
  handlers: Object.fromEntries(Object.entries(routes).map(([key, route]) => answering(key, route))),
  guard: socketGuard,
  admission: localAdmission,
  identity: null,
  clients: null,
  stopping: new AbortController().signal,
} as unknown as ApiComponents

/** Made when it is first needed: other targets do without. */
let server: ReturnType<typeof createApi> | null = null

/** A client's end of a connection that sends what it has. */
const connectionOf = (frame: Uint8Array): { readonly connection: Duplex; readonly answer: () => string } => {
  const parts: Uint8Array[] = []
  const connection = new Duplex({
    read() {},
    write(chunk: Uint8Array, _encoding, done) {
      parts.push(chunk)
      done()
    },
  })
  connection.push(frame)
  return { connection, answer: () => textOfBytes(joined(parts)) }
}

/** The code of the first answer; null where it is none of an error. */
const codeOf = (answer: string): ErrorCode | null => {
  const status = Number(
    /^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? breach(`no answer but ${answer.slice(0, 80)}`),
  )
  if (status < 400) return null
  const [head = '', rest = ''] = [answer.split('\r\n\r\n')[0], answer.slice(answer.indexOf('\r\n\r\n') + 4)]
  // What the HTTP parser of Node refuses by itself has no body.
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
  if (length === 0) return 'requestInvalid'
  const { code } = JSON.parse(textOfBytes(bytesOfText(rest).subarray(0, length))) as { code: ErrorCode }
  if (ERRORS[code]?.http !== status) breach(`${code} came with the status ${status}`)
  return code
}

const take = async (frame: Uint8Array): Promise<void> => {
  server ??= createApi(components)
  const { connection, answer } = connectionOf(frame)
  const before = asked
  ;(await server).emit('connection', connection)
  // Who has sent a whole request is answered within a few turns; who has not, hangs up.
  for (let turn = 0; turn < TURNS_MAX && !connection.destroyed; turn++) await setImmediate()
  if (!connection.destroyed) {
    connection.push(null)
    const signal = AbortSignal.timeout(ANSWER_MS_MAX)
    await once(connection, 'close', { signal }).catch(() => breach('the connection stays open'))
  }
  const text = answer()
  if (text === '' && asked === before) throw new Refused('requestInvalid')
  const code = codeOf(text)
  // Bytes after a request that was taken are another request: its refusal is not the first one's.
  if (code !== null && asked === before) throw new Refused(code)
}

const pathOf = (random: Random, key: string, { params, query }: Route): string => {
  const given = valueFor(random, params) as Record<string, unknown>
  const path = methodOf(key).path.replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(String(given[name])),
  )
  const asks = Object.entries(valueFor(random, query) as object)
  const hostile = chance(random, 0.2) ? [[pick(random, HOSTILE_TEXTS), pick(random, HOSTILE_TEXTS)]] : []
  const pairs = [...asks, ...hostile].map(
    ([name, value]) => `${escaped(String(name))}=${escaped(String(value))}`,
  )
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`
}

/** As a URL, also where the text is no text that a URL can hold. */
const escaped = (text: string): string => encodeURIComponent(text.toWellFormed())

const bodyOf = (random: Random, { body }: Route): Uint8Array =>
  body === null
    ? new Uint8Array()
    : jsonFrom(
        random,
        (own) => treeOf(valueFor(own, body)),
        boundsIn(body).filter((bound) => bound < 1_000),
      )

const requestOf = (random: Random): Uint8Array => {
  const key = pick(random, [...Object.keys(routes), 'POST /v1/apply', 'POST /v1/plan'])
  const route = routes[key] as Route
  const body = bodyOf(random, route)
  const length = chance(random, 0.97)
    ? body.byteLength
    : pick(random, [0, 1, -1, body.byteLength + 1, 2 ** 40])
  const type = chance(random, 0.95)
    ? 'application/json'
    : pick(random, ['text/plain', 'application/xml', '__proto__'])
  const headers = [
    'host: localhost',
    ...(body.byteLength === 0 ? [] : [`content-type: ${type}`, `content-length: ${length}`]),
    'connection: close',
  ]
  const head = `${methodOf(key).verb} ${pathOf(random, key, route)} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`
  return joined([bytesOfText(head), body])
}

export const apiHttpTarget: Target = {
  name: 'api-http',
  codes: ['requestInvalid', 'routeUnknown', 'bodyTooLarge', 'originRefused'],
  open: () => ({
    make: (random) =>
      chance(random, 0.8)
        ? requestOf(random)
        : changedBytes(random, requestOf(random), () => requestOf(random)),
    take,
    fingerprint: () => String(asked),
  }),
}
