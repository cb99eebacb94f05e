/** Requests to the API: each part through the validation of its route, and what the guard of the port looks at. */
import type { IncomingHttpHeaders } from 'node:http'
import { tokenAdmission } from '../../../node/control/admission.ts'
import { loopbackHosts, metricsGuard, portGuard, socketGuard } from '../../../node/control/guard.ts'
import { createValidator } from '../../../node/control/validation.ts'
import type { Random } from '../../../node/ports/clock.ts'
import { pick } from '../../../node/simulation/random.ts'
import { ROUTES, type Route } from '../../../protocols/control/index.ts'
import { CoterieError, errorBody } from '../../../protocols/errors/index.ts'
import type { ServiceSpec } from '../../../protocols/spec/index.ts'
import { boundsIn, valueFor } from '../schema-values.ts'
import { breach, nothing, type Target, unbroken } from '../target.ts'
import { jsonFrom, textOfBytes } from '../text-frames.ts'
import { type Tree, treeOf } from '../tree.ts'

const routes: Readonly<Record<string, Route>> = ROUTES
const KEYS = Object.keys(routes)

const checks = new Map(
  Object.entries(routes).map(([key, { params, query, body }]) => [
    key,
    {
      params: createValidator(params, 'params'),
      query: createValidator(query, 'querystring'),
      body: body === null ? null : createValidator(body, 'body'),
    },
  ]),
)

const texts = (value: unknown): unknown =>
  Object.fromEntries(Object.entries(value as object).map(([key, item]) => [key, String(item)]))

const validRequest = (random: Random): Tree => {
  const key = pick(random, [...KEYS, 'POST /v1/apply', 'POST /v1/plan'])
  const { params, query, body } = routes[key] as Route
  return treeOf({
    key,
    params: texts(valueFor(random, params)),
    query: texts(valueFor(random, query)),
    body: body === null ? null : valueFor(random, body),
  })
}

const BOUNDS = boundsIn(ROUTES['POST /v1/apply'].body)

/** A request as its parts, in JSON; the real server is `api-http`. */
const readRequest = (frame: Uint8Array): Readonly<Record<string, unknown>> => {
  try {
    const read: unknown = JSON.parse(textOfBytes(frame))
    if (typeof read === 'object' && read !== null) return read as Record<string, unknown>
  } catch {
    // No JSON: refused as such below.
  }
  throw new CoterieError('requestInvalid', { detail: 'it is no JSON' })
}

/** The name of a variable, as a shell knows it. */
const NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

export const apiTarget: Target = {
  name: 'api-validation',
  codes: ['requestInvalid'],
  open: () => ({
    make: (random) => jsonFrom(random, validRequest, BOUNDS),
    take: (frame) => {
      const { key, params, query, body } = readRequest(frame)
      const check = typeof key === 'string' ? checks.get(key) : undefined
      if (check === undefined) throw new CoterieError('requestInvalid', { detail: 'no such route' })
      const results = unbroken('the validation', () => [
        check.params(isObject(params) ? params : {}),
        check.query(isObject(query) ? query : {}),
        ...(check.body === null ? [] : [check.body(body)]),
      ])
      const refused = results.find((result) => 'error' in result)
      if (refused !== undefined && 'error' in refused) {
        unbroken('writing the error down', () => JSON.stringify(errorBody(refused.error)))
        throw refused.error
      }
      // A route without a body looks at none, whatever came with it.
      for (const { environment } of check.body === null ? [] : specsIn(body)) {
        const isVariable = ([name, text]: [string, unknown]) => NAME.test(name) && typeof text === 'string'
        if (!Object.entries(environment).every(isVariable)) breach('it passed a variable that is none')
      }
    },
    fingerprint: nothing,
  }),
}

const specsIn = (body: unknown): readonly ServiceSpec[] => {
  if (!isObject(body)) return []
  if ('specs' in body) return body.specs as ServiceSpec[]
  return 'changes' in body ? (body.changes as { spec: ServiceSpec }[]).map(({ spec }) => spec) : []
}

const TOKEN = 'a'.repeat(43)
const SCRAPER = 'b'.repeat(43)
const isOwn = loopbackHosts('127.0.0.1', () => 7_947)
const guard = portGuard('http', isOwn)
const openGuard = metricsGuard(isOwn)
const admission = tokenAdmission(
  {
    api: { matches: (given) => given === TOKEN },
    metrics: { matches: (given) => given === SCRAPER },
    told: '/token',
  },
  {
    admit: () => {
      throw new CoterieError('tokenRefused', { detail: 'nobody has one' })
    },
  },
)

const validHeaders = (random: Random): Tree =>
  treeOf({
    host: pick(random, ['127.0.0.1:7947', 'localhost:7947', '[::1]:7947', 'evil.example']),
    authorization: pick(random, [
      `Bearer ${TOKEN}`,
      `bearer ${TOKEN}`,
      `Bearer  ${TOKEN}`,
      `Bearer ${SCRAPER}`,
      'Basic YTpi',
      '',
    ]),
    ...pick(random, [
      {},
      { origin: 'http://localhost:7947' },
      { origin: 'http://127.0.0.1:7947' },
      { origin: 'null' },
    ]),
  })

/** Headers as an HTTP parser gives them: texts only. */
const headersIn = (frame: Uint8Array): IncomingHttpHeaders => {
  const read = readRequest(frame)
  const entries = Object.entries(read).filter(([, value]) => typeof value === 'string')
  return Object.fromEntries(entries) as IncomingHttpHeaders
}

export const guardTarget: Target = {
  name: 'api-guard',
  codes: ['requestInvalid', 'hostRefused', 'originRefused', 'tokenMissing', 'tokenRefused'],
  open: () => ({
    make: (random) => jsonFrom(random, validHeaders, [43]),
    take: (frame) => {
      const headers = headersIn(frame)
      const asked = {
        url: '/v1/status',
        headers,
        rawHeaders: Object.entries(headers).flat() as string[],
        socket: {},
      }
      guard(asked)
      if (headers.origin !== undefined && headers.origin !== `http://${headers.host?.toLowerCase()}`)
        breach('it let a foreign page in')
      admission(headers, 'GET /v1/status')
      if (!headers.authorization?.endsWith(TOKEN)) breach('it let somebody in without the token')
      if (headers.origin !== undefined) return
      unbroken('the socket', () => socketGuard(asked))
      unbroken('the port of the metrics', () => openGuard(asked))
    },
    fingerprint: nothing,
  }),
}
