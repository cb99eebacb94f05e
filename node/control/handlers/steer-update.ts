import type { Deployments } from '../components.ts'
import type { Handler } from './handler.ts'

export const handleSteerUpdate =
  (deployments: Pick<Deployments, 'steerUpdate'>): Handler<'POST /v1/services/:project/:name/update'> =>
  ({ params, body }) =>
    deployments.steerUpdate(params, body)
