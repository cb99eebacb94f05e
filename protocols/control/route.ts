/** One route of the API, and what its entry in the table says about types. */
import type { Static, TSchema } from 'typebox'
import type { UserRole } from '../decisions/index.ts'
import type { ErrorCode } from '../errors/index.ts'
import { NothingSchema } from './schemas/closed.ts'

/** What each kind of answer is to HTTP. The one text that there is, is Prometheus's. */
export const MEDIA_TYPES = {
  json: 'application/json',
  stream: 'application/x-ndjson',
  text: 'text/plain; version=0.0.4',
} as const

/** `anyone` shows no token. */
export type Access = 'anyone' | UserRole

export interface Route {
  /** Name of the operation for those who generate clients. */
  readonly operation: string
  readonly summary: string
  /** The least that the caller has to be; each role may call what those before it may. */
  readonly access: Access
  /** True where a machine may not call, whatever its role. */
  readonly people: boolean
  /** `stream` answers one JSON object a line, each of the response's schema; `text` what its schema says of one string. */
  readonly answers: keyof typeof MEDIA_TYPES
  readonly params: TSchema
  readonly query: TSchema
  /** Null where the method carries no body. */
  readonly body: TSchema | null
  readonly response: TSchema
  /** Tells which answers are of things that are still to come: they have the status 202. Null where none is. */
  readonly isPending: ((answer: never) => boolean) | null
  /** Codes beyond those that every route may answer with. */
  readonly errors: readonly ErrorCode[]
}

export interface Method {
  readonly verb: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
}

const DEFAULTS = {
  // Fails closed: who forgets to say it, learns of it.
  access: 'admin',
  people: false,
  answers: 'json',
  params: NothingSchema,
  query: NothingSchema,
  body: null,
  isPending: null,
  errors: [],
} as const

/** Completes an entry of the table: a route is for admins and takes nothing, unless it says so. */
export const defineRoute = <
  const Given extends Pick<Route, 'operation' | 'summary' | 'response'> & Partial<Route>,
>(
  given: Given,
): Omit<typeof DEFAULTS, keyof Given> & Given => ({ ...DEFAULTS, ...given })

/** Splits a route's key, such as `GET /v1/status`. */
export const methodOf = (key: string): Method => {
  const [verb, path] = key.split(' ')
  return { verb: verb as Method['verb'], path: path as string }
}

/** What a handler is given, by the route's schemas. */
export interface RequestOf<R extends Route> {
  readonly params: Static<R['params']>
  readonly query: Static<R['query']>
  readonly body: R['body'] extends TSchema ? Static<R['body']> : null
}

/** What a route answers: one value, or one line of its stream. */
export type ResponseOf<R extends Route> = Static<R['response']>
