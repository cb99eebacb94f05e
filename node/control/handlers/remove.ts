import type { Deployments } from '../components.ts'
import type { Handler } from './handler.ts'

export const handleRemove =
  (deployments: Pick<Deployments, 'apply'>): Handler<'DELETE /v1/services/:project/:name'> =>
  ({ params: { project, name } }, { signal }) =>
    deployments.apply({ project, changes: [], remove: [{ name }] }, { signal })
