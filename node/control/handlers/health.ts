import type { MeshQueries, Readiness } from '../components.ts'
import type { Handler } from './handler.ts'

export const handleHealth =
  (mesh: Pick<MeshQueries, 'node'>, version: string): Handler<'GET /health'> =>
  () => ({ status: 'ok', node: mesh.node(), version })

export const handleReady =
  (mesh: Pick<MeshQueries, 'node'>, readiness: Readiness): Handler<'GET /ready'> =>
  () => {
    readiness.check()
    return { status: 'ready', node: mesh.node() }
  }
