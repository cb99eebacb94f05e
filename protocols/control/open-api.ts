/**
 * The API as an OpenAPI 3.1 document, made from the route table. TypeBox schemas are JSON Schema, which 3.1
 * takes as it is, so nothing is translated but the way that a path names its parameters.
 */
import type { TSchema } from 'typebox'
import { ERRORS, type ErrorCode } from '../errors/index.ts'
import { type Access, MEDIA_TYPES, methodOf, type Route } from './route.ts'
import { COMMON_ERRORS } from './routes.ts'
import { ErrorBodySchema } from './schemas/error.ts'

export interface OpenApiDocument {
  readonly openapi: '3.1.0'
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>
  readonly components: Readonly<Record<string, unknown>>
}

export interface OpenApiOperation {
  readonly operationId: string
  readonly summary: string
  /** The least role that may call it. */
  readonly 'x-coterie-access': Access
  /** True where machines may not. */
  readonly 'x-coterie-people': boolean
  readonly security: readonly Readonly<Record<string, readonly string[]>>[]
  readonly parameters: readonly OpenApiParameter[]
  readonly requestBody?: { readonly required: true; readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content: Content }>>
}

export interface OpenApiParameter {
  readonly name: string
  readonly in: 'path' | 'query'
  readonly required: boolean
  readonly schema: unknown
}

type Content = Readonly<Record<string, { readonly schema: unknown }>>

/** Describes the routes for programs that generate clients; the same table gives the same document. */
export const openApiDocument = (
  routes: Readonly<Record<string, Route>>,
  version: string,
): OpenApiDocument => {
  const paths: Record<string, Record<string, OpenApiOperation>> = {}
  for (const [key, route] of Object.entries(routes)) {
    const { verb, path } = methodOf(key)
    const template = path.replace(/:(\w+)/g, '{$1}')
    paths[template] = { ...paths[template], [verb.toLowerCase()]: operationOf(route) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Coterie',
      version,
      description: 'The API of a Coterie daemon, served on 127.0.0.1 and on a unix socket.',
    },
    paths,
    components: {
      schemas: { Error: ErrorBodySchema },
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  }
}

const operationOf = (route: Route): OpenApiOperation => ({
  operationId: route.operation,
  summary: route.summary,
  security: route.access === 'anyone' ? [] : [{ bearer: [] }],
  'x-coterie-access': route.access,
  'x-coterie-people': route.people,
  parameters: [...parametersIn('path', route.params), ...parametersIn('query', route.query)],
  ...(route.body !== null && { requestBody: { required: true, content: json(route.body) } }),
  responses: {
    200: {
      description: route.answers === 'stream' ? 'One JSON object a line' : 'Done',
      content: { [MEDIA_TYPES[route.answers]]: { schema: route.response } },
    },
    ...(route.isPending !== null && {
      202: { description: 'Written down, not accepted yet', content: json(route.response) },
    }),
    ...errorResponses([...COMMON_ERRORS, ...route.errors]),
  },
})

const json = (schema: unknown): Content => ({ [MEDIA_TYPES.json]: { schema } })

const parametersIn = (place: 'path' | 'query', schema: TSchema): OpenApiParameter[] => {
  const { properties = {}, required = [] } = schema as {
    properties?: Record<string, unknown>
    required?: readonly string[]
  }
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema: property,
  }))
}

/** One answer per HTTP status, which names the codes that may come with it. */
const errorResponses = (codes: readonly ErrorCode[]): OpenApiOperation['responses'] => {
  const byStatus = Map.groupBy(codes, (code) => ERRORS[code].http)
  return Object.fromEntries(
    [...byStatus].map(([status, names]) => [
      status,
      { description: names.join(', '), content: json({ $ref: '#/components/schemas/Error' }) },
    ]),
  )
}
