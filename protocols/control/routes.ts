/**
 * The table of the API: the one list of routes, from which validation, the client's types and the OpenAPI
 * document come. A key is the method and the path; a parameter in a path is written `:name`.
 */
import { Type } from 'typebox'
import type { ErrorCode } from '../errors/index.ts'
import { defineRoute } from './route.ts'
import { ConfigSchema } from './schemas/config.ts'
import { EventLineSchema, EventsQuerySchema } from './schemas/events.ts'
import { HealthSchema } from './schemas/health.ts'
import { LeaveRequestSchema, LeaveSchema } from './schemas/leave.ts'
import { NodesSchema } from './schemas/node.ts'
import { StatusSchema } from './schemas/status.ts'
import { VotersSchema } from './schemas/voters.ts'

export const ROUTES = {
  'GET /health': defineRoute({
    operation: 'getHealth',
    summary: 'Whether this daemon answers; needs no token',
    open: true,
    response: HealthSchema,
  }),
  'GET /v1/openapi.json': defineRoute({
    operation: 'getOpenApi',
    summary: 'This API as an OpenAPI 3.1 document',
    response: Type.Record(Type.String(), Type.Unknown()),
  }),
  'GET /v1/status': defineRoute({
    operation: 'getStatus',
    summary: 'This node and its view of the mesh',
    response: StatusSchema,
  }),
  'GET /v1/nodes': defineRoute({
    operation: 'listNodes',
    summary: 'Every node of the mesh, as this node sees it',
    response: NodesSchema,
  }),
  'GET /v1/voters': defineRoute({
    operation: 'listVoters',
    summary: 'Who votes, who leads, and whether a majority is there',
    response: VotersSchema,
  }),
  'GET /v1/events': defineRoute({
    operation: 'streamEvents',
    summary: 'What happened, and with follow=true what happens',
    answers: 'stream',
    query: EventsQuerySchema,
    response: EventLineSchema,
    errors: ['streamsTooMany', 'readerTooSlow'],
  }),
  'GET /v1/config': defineRoute({
    operation: 'getConfig',
    summary: 'Every setting with its source',
    response: ConfigSchema,
  }),
  'POST /v1/leave': defineRoute({
    operation: 'leaveMesh',
    summary: 'Takes this node out of the mesh for good, then stops the daemon',
    body: LeaveRequestSchema,
    response: LeaveSchema,
    errors: ['noQuorum', 'notLeader', 'decisionRefused'],
  }),
} as const

export type Routes = typeof ROUTES
export type RouteKey = keyof Routes

/** Codes that any route may answer with. */
export const COMMON_ERRORS: readonly ErrorCode[] = [
  'requestInvalid',
  'bodyTooLarge',
  'tokenMissing',
  'hostRefused',
  'originRefused',
  'routeUnknown',
  'daemonStopping',
  'internal',
]
