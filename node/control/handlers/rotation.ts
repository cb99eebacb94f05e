import type { RotationDesk } from '../components.ts'
import type { Handler } from './handler.ts'

export const handleRotationPlan =
  (rotation: Pick<RotationDesk, 'plan'>): Handler<'GET /v1/rotation'> =>
  () =>
    rotation.plan()

export const handleRotate =
  (rotation: Pick<RotationDesk, 'rotate'>): Handler<'POST /v1/rotation'> =>
  () =>
    rotation.rotate()
