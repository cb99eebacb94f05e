import type { Deployments } from '../components.ts'
import type { Handler } from './handler.ts'
import { checkProject } from './project.ts'

export const handleApply =
  (deployments: Pick<Deployments, 'apply'>): Handler<'POST /v1/apply'> =>
  ({ body }, { signal }) => {
    const specs = body.changes.map(({ spec }) => spec)
    checkProject(body.project, specs, body.remove)
    return deployments.apply(body, { signal })
  }
