import type { NodeLogs } from '../components.ts'
import type { Handler } from './handler.ts'

export const handleNodeLogs =
  (nodeLogs: NodeLogs): Handler<'GET /v1/nodes/:node/logs'> =>
  ({ params: { node }, query }, { signal }) =>
    nodeLogs.read(node, query, signal)
