import type { RevocationDesk } from '../components.ts'
import type { Handler } from './handler.ts'

export const handleRevocations =
  (revocations: Pick<RevocationDesk, 'list'>): Handler<'GET /v1/revocations'> =>
  () =>
    revocations.list()

export const handleRevokeNode =
  (revocations: Pick<RevocationDesk, 'revoke'>): Handler<'POST /v1/nodes/:node/revoke'> =>
  ({ params: { node }, body }) =>
    revocations.revoke(node, body)
