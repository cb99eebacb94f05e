import type { MeshQueries } from '../components.ts'
import type { Handler } from './handler.ts'

export const handleVoters =
  (mesh: Pick<MeshQueries, 'voters'>): Handler<'GET /v1/voters'> =>
  () =>
    mesh.voters()
