import type { ServiceQueries } from '../components.ts'
import type { Handler } from './handler.ts'

export const handleLogs =
  (services: Pick<ServiceQueries, 'logs'>): Handler<'GET /v1/tasks/:task/logs'> =>
  ({ params: { task }, query: { tail = null, follow = false, ...filter } }, { signal }) =>
    services.logs(task, { ...filter, tail, follow, signal })
