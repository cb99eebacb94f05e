/** What people call what runs: a task by its id, or a service. */
import type { Service, Task, Tasks } from '../protocols/control/index.ts'
import { CoterieError, isCoterieError } from '../protocols/errors/index.ts'
import type { Client } from './client.ts'
import { nearestOf } from './near-name.ts'
import { findService } from './service-name.ts'

export interface Found {
  readonly service: Service
  /** Null where the service was named. */
  readonly task: Task | null
}

/** The task of that id with its service, or the service. @throws `serviceUnknown` with near tasks too, `serviceAmbiguous` */
export const findTaskOrService = (
  services: readonly Service[],
  { tasks }: Pick<Tasks, 'tasks'>,
  given: string,
): Found => {
  const task = tasks.find((each) => each.task === given)
  const own = task && services.find(({ object }) => object === task.object)
  if (task !== undefined && own !== undefined) return { service: own, task }
  try {
    return { service: findService(services, given), task: null }
  } catch (error) {
    const near = nearestOf(
      given,
      tasks.map(({ task: id }) => id),
    )
    if (near === null || !isCoterieError(error, 'serviceUnknown')) throw error
    throw new CoterieError('serviceUnknown', { service: given, near: [...error.data.near, near] })
  }
}

/** As `findTaskOrService`, of all there is now. */
export const askTaskOrService = async (client: Client, given: string): Promise<Found> => {
  const [{ services }, tasks] = await Promise.all([
    client.call('GET /v1/services'),
    client.call('GET /v1/tasks'),
  ])
  return findTaskOrService(services, tasks, given)
}
