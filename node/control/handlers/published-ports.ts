import type { PortQueries } from '../components.ts'
import type { Handler } from './handler.ts'

export const handlePublishedPorts =
  (ports: PortQueries): Handler<'GET /v1/ports'> =>
  () =>
    ports.published()
