import type { Deployments } from '../components.ts'
import type { Handler } from './handler.ts'
import { checkProject } from './project.ts'

export const handlePlan =
  (deployments: Pick<Deployments, 'plan'>): Handler<'POST /v1/plan'> =>
  ({ body }) => {
    checkProject(body.project, body.specs, [])
    return deployments.plan(body)
  }
