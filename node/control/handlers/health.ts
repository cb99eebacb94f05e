import type { MeshQueries } from '../components.ts'
import type { Handler } from './handler.ts'

export const handleHealth =
  (mesh: Pick<MeshQueries, 'node'>, version: string): Handler<'GET /health'> =>
  () => ({ status: 'ok', node: mesh.node(), version })
