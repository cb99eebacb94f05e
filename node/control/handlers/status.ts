import type { MeshQueries } from '../components.ts'
import type { Handler } from './handler.ts'

export const handleStatus =
  (mesh: Pick<MeshQueries, 'status'>): Handler<'GET /v1/status'> =>
  () =>
    mesh.status()
