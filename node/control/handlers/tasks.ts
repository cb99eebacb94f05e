import type { ServiceQueries } from '../components.ts'
import type { Handler } from './handler.ts'

export const handleTasks =
  (services: Pick<ServiceQueries, 'tasks'>): Handler<'GET /v1/tasks'> =>
  () =>
    services.tasks()
