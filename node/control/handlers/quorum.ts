import type { QuorumDesk } from '../components.ts'
import type { Handler } from './handler.ts'

export const handleQuorum =
  (quorum: QuorumDesk): Handler<'GET /v1/quorum'> =>
  () =>
    quorum.survey()

export const handleRecover =
  (quorum: QuorumDesk): Handler<'POST /v1/quorum/recover'> =>
  ({ body }) =>
    quorum.recover(body)

export const handleLost =
  (quorum: QuorumDesk): Handler<'GET /v1/quorum/lost'> =>
  () =>
    quorum.lost()
