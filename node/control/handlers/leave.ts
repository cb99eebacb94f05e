import type { Membership } from '../components.ts'
import type { Handler } from './handler.ts'

export const handleLeave =
  (membership: Membership): Handler<'POST /v1/leave'> =>
  ({ body }) =>
    membership.leave(body)
