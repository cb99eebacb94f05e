/**
 * The API behind one door: the route table on an HTTP server that does not listen yet. The only importer of
 * fastify, which is given compilers of ours so that it never loads its own (docs/design/api.md says why).
 */
import type { Server } from 'node:http'
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import type { TSchema } from 'typebox'
import { clientOf } from '../../protocols/addresses/index.ts'
import {
  MEDIA_TYPES,
  methodOf,
  OPEN_REQUEST_BYTES_MAX,
  REQUEST_BYTES_MAX,
  type RequestOf,
  ROUTES,
  type Route,
  type RouteKey,
} from '../../protocols/control/index.ts'
import { CoterieError, ERRORS, errorBody, isCoterieError } from '../../protocols/errors/index.ts'
import { type Clients, createHttpServer, DATA_HEADERS, type HttpsIdentity } from '../http/index.ts'
import type { Logger } from '../ports/logger.ts'
import type { Admission } from './admission.ts'
import { authorise, type Caller } from './caller.ts'
import { codedError } from './errors.ts'
import type { Guard } from './guard.ts'
import type { HandlerContext, Handlers } from './handlers/index.ts'
import { ECHO_LENGTH_MAX, PARAM_LENGTH_MAX } from './limits.ts'
import { createStreamGate, type StreamGate, writeLines } from './stream.ts'
import { createValidator, type RequestPart } from './validation.ts'

export interface ApiComponents {
  readonly logger: Logger
  readonly handlers: Handlers
  readonly guard: Guard
  readonly admission: Admission
  /** What the door shows; null speaks HTTP without TLS. */
  readonly identity: HttpsIdentity | null
  /** Null where clients cannot be told apart. */
  readonly clients: Clients | null
  /** True for the unix socket, whose clients have no address. */
  readonly isSocket?: boolean
  /** What this door serves; every route where it is absent. */
  readonly only?: readonly RouteKey[]
  /** Aborted, with `daemonStopping`, when no more requests are taken. */
  readonly stopping: AbortSignal
}

type AnyHandler = (request: RequestOf<Route>, context: HandlerContext) => unknown

const routes: Readonly<Record<string, Route>> = ROUTES

/** Makes the server of one door, ready to listen. */
export const createApi = async (components: ApiComponents): Promise<Server> => {
  const app = createApp(components)
  const { only = Object.keys(routes) } = components
  app.removeContentTypeParser('text/plain')
  app.setValidatorCompiler<TSchema>(({ schema, httpPart }) =>
    createValidator(schema, httpPart as RequestPart),
  )
  app.setSerializerCompiler(() => JSON.stringify)
  const callers = judgeRequests(app, components)
  app.setErrorHandler((error, request, reply) =>
    sendError(reply, error, components.logger.child({ request: request.id }), request.routeOptions.bodyLimit),
  )
  app.setNotFoundHandler(({ method, url }) => {
    const path = (url.split('?')[0] as string).slice(0, ECHO_LENGTH_MAX)
    throw new CoterieError('routeUnknown', { method, path })
  })
  const streams = createStreamGate()
  for (const key of only) addRoute(app, key, routes[key] as Route, { ...components, callers, streams })
  await app.ready()
  return app.server
}

/** Who sent each request that was let in. */
type Callers = WeakMap<FastifyRequest, Caller>

/** As attempts are counted. Of who hung up meanwhile no address can be told: they are all one, and not the socket's. */
const addressOf = ({ raw }: FastifyRequest): string => clientOf(raw.socket.remoteAddress ?? '')

/** Before its body is read: how much its client asks, where it goes, who it is. */
const judgeRequests = (
  app: FastifyInstance,
  { logger, guard, admission, clients, stopping }: ApiComponents,
): Callers => {
  const callers: Callers = new WeakMap()
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(DATA_HEADERS)
    const retryMs = clients?.ask(request.raw.socket) ?? null
    if (retryMs !== null) throw new CoterieError('requestsTooMany', { retryMs })
    guard(request.raw)
    const route = routeOf(request)
    const caller = await admission(request.headers, route)
    callers.set(request, caller)
    if (route !== null) authorise(routes[route] as Route, caller)
    stopping.throwIfAborted()
  })
  app.addHook('onResponse', async (request, { statusCode: status, elapsedTime }) => {
    if (status === UNKNOWN_CALLER) clients?.refused(request.raw.socket)
    const by = callers.get(request)?.name ?? null
    const { id, method, routeOptions } = request
    const path = routeOptions.url ?? null
    logger.debug({ request: id, by, method, path, status, ms: Math.round(elapsedTime) }, 'answered')
  })
  return callers
}

/** The status of a request that does not say who asks, or says it wrongly. */
const UNKNOWN_CALLER = 401

/** Null for a path that the table does not have. */
const routeOf = ({ method, routeOptions }: FastifyRequest): RouteKey | null => {
  const key = `${method} ${routeOptions.url}`
  return Object.hasOwn(routes, key) ? (key as RouteKey) : null
}

const unused = (() => {}) as never

const createApp = ({ identity, clients }: ApiComponents) =>
  fastify<Server>({
    bodyLimit: REQUEST_BYTES_MAX,
    exposeHeadRoutes: false,
    // Ours is the answer of a daemon that stops.
    return503OnClosing: false,
    routerOptions: { maxParamLength: PARAM_LENGTH_MAX },
    // Present, so that fastify does not load its own; the two compilers set above are the ones in use.
    schemaController: { compilersFactory: { buildValidator: unused, buildSerializer: unused } },
    frameworkErrors: (error, _request, reply) => sendError(reply as FastifyReply, error, null),
    // The server answers these itself.
    clientErrorHandler: () => {},
    serverFactory: (handler) => createHttpServer(handler, { identity, clients }),
  })

interface RouteComponents extends ApiComponents {
  readonly callers: Callers
  readonly streams: StreamGate
}

const addRoute = (
  app: FastifyInstance,
  key: string,
  route: Route,
  { handlers, identity, stopping, callers, streams, isSocket = false }: RouteComponents,
): void => {
  const { verb, path } = methodOf(key)
  const scheme = identity === null ? 'http' : 'https'
  // The table ties each handler's types to its route's schemas, by which the request has been checked.
  const handle = handlers[key as keyof Handlers] as AnyHandler
  app.route({
    method: verb,
    url: path,
    bodyLimit: route.access === 'anyone' ? OPEN_REQUEST_BYTES_MAX : REQUEST_BYTES_MAX,
    schema: {
      params: route.params,
      querystring: route.query,
      ...(route.body !== null && { body: route.body }),
    },
    handler: async (request, reply) => {
      const context: HandlerContext = {
        signal: requestSignal(reply, stopping),
        caller: callers.get(request) as Caller,
        client: isSocket ? null : addressOf(request),
        at: isSocket ? 'socket' : `${scheme}://${request.headers.host?.toLowerCase()}`,
      }
      const given = { params: request.params, query: request.query, body: (request.body ?? null) as null }
      if (route.answers !== 'stream') {
        const answer = await handle(given, context)
        if (route.isPending?.(answer as never)) reply.code(202)
        if (route.answers === 'text') reply.type(`${MEDIA_TYPES.text}; charset=utf-8`)
        return answer
      }
      const leave = streams.enter()
      try {
        const lines = (await handle(given, context)) as AsyncIterable<unknown>
        reply.hijack()
        await writeLines(reply.raw, whileAllowed(lines, route, context.caller))
      } finally {
        leave()
      }
    },
  })
}

/** The lines until the caller may read them no more, which is asked before each. @throws `roleMissing`, `sessionOver` */
async function* whileAllowed(lines: AsyncIterable<unknown>, route: Route, caller: Caller) {
  for await (const line of lines) {
    authorise(route, caller.again())
    yield line
  }
}

/** Aborted when the client is gone or the daemon stops; nothing of it outlives the answer. */
const requestSignal = (reply: FastifyReply, stopping: AbortSignal): AbortSignal => {
  const controller = new AbortController()
  const onStopping = () => controller.abort(stopping.reason)
  stopping.addEventListener('abort', onStopping)
  if (stopping.aborted) onStopping()
  reply.raw.once('close', () => {
    stopping.removeEventListener('abort', onStopping)
    controller.abort()
  })
  return controller.signal
}

/** A null logger is for requests so broken that fastify gives them no id; they are never our fault. */
const sendError = (
  reply: FastifyReply,
  error: unknown,
  logger: Logger | null,
  bytesMax = REQUEST_BYTES_MAX,
): FastifyReply => {
  const coded = codedError(error, bytesMax)
  if (coded === null) logger?.error({ stack: (error as Error).stack }, 'a request failed')
  const body = errorBody(coded ?? error)
  if (body.code === 'tokenMissing') reply.header('www-authenticate', 'Bearer')
  if (isCoterieError(coded, 'requestsTooMany') || isCoterieError(coded, 'loginsTooMany'))
    reply.header('retry-after', Math.ceil(coded.data.retryMs / 1000))
  // Set here as well, for what is refused before it gets to a route.
  reply.headers(DATA_HEADERS)
  return reply.code(ERRORS[body.code].http).type('application/json; charset=utf-8').send(body)
}
