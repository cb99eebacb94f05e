/** Plans and writes down images by their digest. */
import type { ApplyRequest, Plan, PlannedImage, PlanRequest } from '../../protocols/control/index.ts'
import { type ServiceSpec, serviceKey } from '../../protocols/spec/index.ts'
import type { DeploymentDesk } from '../deployments/index.ts'
import type { Pinning } from '../images/index.ts'
import type { Planes } from './planes.ts'

export interface PinnedDesk extends Omit<DeploymentDesk, 'plan'> {
  plan(request: PlanRequest): Promise<Plan>
}

export const pinnedDesk = (
  desk: DeploymentDesk,
  { pin }: Pinning,
  { decisions: { view }, intent }: Pick<Planes, 'decisions' | 'intent'>,
): PinnedDesk => {
  const imageBefore = (object: string): string | null => {
    const accepted = view.objects.get(object)
    return accepted === undefined || accepted.removed
      ? null
      : (intent.resolveSpec(accepted.head)?.image ?? null)
  }
  const imageOf = async (spec: ServiceSpec): Promise<PlannedImage | null> => {
    if (spec.image === null) return null
    const object = serviceKey(spec.project, spec.name)
    if (spec.pull === 'never') return { object, image: spec.image, note: null }
    return { object, ...(await pin(spec.image, imageBefore(object))) }
  }
  const pinAll = async (specs: readonly ServiceSpec[]) => {
    const images = await Promise.all(specs.map(imageOf))
    const pinned = specs.map((spec, place) => ({ ...spec, image: images[place]?.image ?? spec.image }))
    return { pinned, images: images.filter((image) => image !== null) }
  }
  return {
    ...desk,
    plan: async (request) => {
      const { pinned, images } = await pinAll(request.specs)
      return { ...desk.plan({ ...request, specs: pinned }), images }
    },
    apply: async (request, context) => {
      const { pinned } = await pinAll(request.changes.map(({ spec }) => spec))
      const changes = request.changes.map((change, place): ApplyRequest['changes'][number] => ({
        ...change,
        spec: pinned[place] as ServiceSpec,
      }))
      return desk.apply({ ...request, changes }, context)
    },
  }
}
