import type { Deployments } from '../components.ts'
import type { Handler } from './handler.ts'

export const handlePending =
  (deployments: Pick<Deployments, 'pending'>): Handler<'GET /v1/pending'> =>
  () =>
    deployments.pending()
