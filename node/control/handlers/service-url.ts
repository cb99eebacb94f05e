import type { ServiceQueries } from '../components.ts'
import type { Handler } from './handler.ts'

export const handleServiceUrl =
  (services: Pick<ServiceQueries, 'url'>): Handler<'GET /v1/services/:project/:name/url'> =>
  ({ params }) =>
    services.url(params)
