import type { ServiceQueries } from '../components.ts'
import type { Handler } from './handler.ts'

export const handleServices =
  (services: Pick<ServiceQueries, 'services'>): Handler<'GET /v1/services'> =>
  () =>
    services.services()

export const handleService =
  (services: Pick<ServiceQueries, 'service'>): Handler<'GET /v1/services/:project/:name'> =>
  ({ params }) =>
    services.service(params)

export const handleExplain =
  (services: Pick<ServiceQueries, 'explain'>): Handler<'GET /v1/services/:project/:name/explain'> =>
  ({ params, query: { slot = null } }) =>
    services.explain(params, slot)
