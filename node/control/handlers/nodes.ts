import type { MeshQueries } from '../components.ts'
import type { Handler } from './handler.ts'

export const handleNodes =
  (mesh: Pick<MeshQueries, 'nodes'>): Handler<'GET /v1/nodes'> =>
  () =>
    mesh.nodes()
