import type { MeshQueries } from '../components.ts'
import type { Handler } from './handler.ts'

export const handleCluster =
  (mesh: Pick<MeshQueries, 'cluster'>): Handler<'GET /cluster/status'> =>
  () =>
    mesh.cluster()
