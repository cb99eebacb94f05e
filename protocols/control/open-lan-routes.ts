/** The routes of machines that ask to join; all of them speak of the node that is asked alone. */
import { defineRoute } from './route.ts'
import {
  AnswerRequestSchema,
  AskingNodeSchema,
  OpenLanRequestSchema,
  OpenLanSchema,
} from './schemas/open-lan.ts'

export const OPEN_LAN_ROUTES = {
  'GET /v1/open-lan': defineRoute({
    operation: 'getOpenLan',
    summary: 'Whether machines of the LAN may ask this node to join, and which of them do',
    response: OpenLanSchema,
  }),
  'POST /v1/open-lan': defineRoute({
    operation: 'openLan',
    summary: 'Lets machines of the LAN ask this node to join, for a while',
    body: OpenLanRequestSchema,
    response: OpenLanSchema,
  }),
  'DELETE /v1/open-lan': defineRoute({
    operation: 'closeLan',
    summary: 'Lets them ask no more; whom it let in stays',
    response: OpenLanSchema,
  }),
  'POST /v1/open-lan/approve': defineRoute({
    operation: 'approveAsking',
    summary: 'Lets in the machine that shows this fingerprint, by a token for it alone',
    body: AnswerRequestSchema,
    response: AskingNodeSchema,
    errors: ['askUnknown', 'noQuorum', 'notLeader', 'decisionRefused', 'meshVersionNeeded'],
  }),
  'POST /v1/open-lan/deny': defineRoute({
    operation: 'denyAsking',
    summary: 'Lets it wait no longer; it may not ask again for two minutes',
    body: AnswerRequestSchema,
    response: AskingNodeSchema,
    errors: ['askUnknown'],
  }),
} as const
