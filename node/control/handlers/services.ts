import type { ServiceQueries } from '../components.ts'
import type { Handler } from './handler.ts'

export const handleServices =
  (services: Pick<ServiceQueries, 'services'>): Handler<'GET /v1/services'> =>
  () =>
    services.services()
