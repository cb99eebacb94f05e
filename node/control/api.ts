/**
 * The API behind one door: the route table on an HTTP server that does not listen yet. The only importer of
 * fastify, which is given compilers of ours so that it never loads its own (docs/design/api.md says why).
 */
import { createServer, type Server } from 'node:http'
import type { Socket } from 'node:net'
import { type FastifyInstance, type FastifyReply, fastify } from 'fastify'
import type { TSchema } from 'typebox'
import {
  MEDIA_TYPES,
  methodOf,
  REQUEST_BYTES_MAX,
  type RequestOf,
  ROUTES,
  type Route,
  type RouteKey,
} from '../../protocols/control/index.ts'
import { CoterieError, ERRORS, errorBody } from '../../protocols/errors/index.ts'
import type { Logger } from '../ports/logger.ts'
import { codedError } from './errors.ts'
import type { Guard } from './guard.ts'
import type { HandlerContext, Handlers } from './handlers/index.ts'
import { CONNECTIONS_MAX, ECHO_LENGTH_MAX, PARAM_LENGTH_MAX, REQUEST_RECEIVE_MS_MAX } from './limits.ts'
import { ANSWER_HEADERS, type StreamGate, writeLines } from './stream.ts'
import { createValidator, type RequestPart } from './validation.ts'

export interface ApiComponents {
  readonly logger: Logger
  readonly handlers: Handlers
  readonly guard: Guard
  /** What this door serves; every route where it is absent. */
  readonly only?: readonly RouteKey[]
  readonly streams: StreamGate
  /** Aborted, with `daemonStopping`, when no more requests are taken. */
  readonly stopping: AbortSignal
}

type AnyHandler = (request: RequestOf<Route>, context: HandlerContext) => unknown

const routes: Readonly<Record<string, Route>> = ROUTES

/** Makes the server of one door, ready to listen. */
export const createApi = async (components: ApiComponents): Promise<Server> => {
  const app = createApp()
  const { logger, guard, stopping, only = Object.keys(routes) } = components
  app.removeContentTypeParser('text/plain')
  app.setValidatorCompiler<TSchema>(({ schema, httpPart }) =>
    createValidator(schema, httpPart as RequestPart),
  )
  app.setSerializerCompiler(() => JSON.stringify)
  app.addHook('onRequest', async ({ method, headers, routeOptions }, reply) => {
    reply.headers(ANSWER_HEADERS)
    guard(headers, routes[`${method} ${routeOptions.url}`]?.open === true)
    stopping.throwIfAborted()
  })
  app.addHook('onResponse', async ({ method, routeOptions, id }, { statusCode, elapsedTime }) => {
    const path = routeOptions.url ?? null
    logger.debug({ request: id, method, path, status: statusCode, ms: Math.round(elapsedTime) }, 'answered')
  })
  app.setErrorHandler((error, request, reply) =>
    sendError(reply, error, logger.child({ request: request.id })),
  )
  app.setNotFoundHandler(({ method, url }) => {
    const path = (url.split('?')[0] as string).slice(0, ECHO_LENGTH_MAX)
    throw new CoterieError('routeUnknown', { method, path })
  })
  for (const key of only) addRoute(app, key, routes[key] as Route, components)
  await app.ready()
  return app.server
}

const unused = (() => {}) as never

const createApp = () =>
  fastify<Server>({
    bodyLimit: REQUEST_BYTES_MAX,
    exposeHeadRoutes: false,
    // Ours is the answer of a daemon that stops.
    return503OnClosing: false,
    routerOptions: { maxParamLength: PARAM_LENGTH_MAX },
    // Present, so that fastify does not load its own; the two compilers set above are the ones in use.
    schemaController: { compilersFactory: { buildValidator: unused, buildSerializer: unused } },
    frameworkErrors: (error, _request, reply) => sendError(reply as FastifyReply, error, null),
    clientErrorHandler: (error, socket) => refuseConnection(error, socket as Socket),
    serverFactory: (handler) => {
      const server = createServer({ requestTimeout: REQUEST_RECEIVE_MS_MAX }, handler)
      server.maxConnections = CONNECTIONS_MAX
      return server
    },
  })

const addRoute = (
  app: FastifyInstance,
  key: string,
  route: Route,
  { handlers, streams, stopping }: ApiComponents,
): void => {
  const { verb, path } = methodOf(key)
  // The table ties each handler's types to its route's schemas, by which the request has been checked.
  const handle = handlers[key as keyof Handlers] as AnyHandler
  app.route({
    method: verb,
    url: path,
    schema: {
      params: route.params,
      querystring: route.query,
      ...(route.body !== null && { body: route.body }),
    },
    handler: async (request, reply) => {
      const signal = requestSignal(reply, stopping)
      const given = { params: request.params, query: request.query, body: (request.body ?? null) as null }
      if (route.answers !== 'stream') {
        const answer = await handle(given, { signal })
        if (route.isPending?.(answer as never)) reply.code(202)
        if (route.answers === 'text') reply.type(`${MEDIA_TYPES.text}; charset=utf-8`)
        return answer
      }
      const leave = streams.enter()
      try {
        const lines = (await handle(given, { signal })) as AsyncIterable<unknown>
        reply.hijack()
        await writeLines(reply.raw, lines)
      } finally {
        leave()
      }
    },
  })
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
const sendError = (reply: FastifyReply, error: unknown, logger: Logger | null): FastifyReply => {
  const coded = codedError(error)
  if (coded === null) logger?.error({ stack: (error as Error).stack }, 'a request failed')
  const body = errorBody(coded ?? error)
  return reply.code(ERRORS[body.code].http).type('application/json; charset=utf-8').send(body)
}

/** What is no HTTP never becomes a request; it gets the same kind of answer, written by hand. */
const refuseConnection = (error: Error & { code?: string }, socket: Socket): void => {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const detail = error.code === 'HPE_HEADER_OVERFLOW' ? 'its headers are too large' : 'it is no HTTP request'
  const body = JSON.stringify(errorBody(new CoterieError('requestInvalid', { detail })))
  socket.end(
    `HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
  )
}
