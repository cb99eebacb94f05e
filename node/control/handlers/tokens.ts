import type { Tokens } from '../components.ts'
import type { Handler } from './handler.ts'

export const handleTokens =
  (tokens: Pick<Tokens, 'list'>): Handler<'GET /v1/tokens'> =>
  () =>
    tokens.list()

export const handleCreateToken =
  (tokens: Pick<Tokens, 'create'>): Handler<'POST /v1/tokens'> =>
  ({ body }) =>
    tokens.create(body)

export const handleRevokeToken =
  (tokens: Pick<Tokens, 'revoke'>): Handler<'DELETE /v1/tokens/:token'> =>
  ({ params: { token } }) =>
    tokens.revoke(token)
