import { type ServiceSpec, serviceKey } from '../../../../protocols/spec/index.ts'
import type { TaskState } from '../../../../protocols/tasks/index.ts'
import type { Tell, Watch } from './watch.ts'

/** Containers and, where `pulls` says that they take time, their images. */
export const watchContainers = (tell: Tell, services: readonly ServiceSpec[], pulls: boolean): Watch => {
  const imageOf = new Map(services.map((spec) => [serviceKey(spec.project, spec.name), spec.image]))
  const states = new Map<string, TaskState>()
  /** By `node image`. */
  const images = new Map<string, 'pulling' | 'there'>()

  /** The image that a task begins with is pulled until its node says that the rest of the start comes. */
  const changed = (node: string, task: string, state: TaskState): void => {
    states.set(task, state)
    const [project = '', name = ''] = task.split('.')
    const image = imageOf.get(serviceKey(project, name)) ?? null
    if (image === null || !pulls) return
    const key = `${node} ${image}`
    if (state === 'preparing' && !images.has(key)) {
      images.set(key, 'pulling')
      tell({ type: 'pulling', node, image })
    }
    if (state === 'starting' && images.get(key) === 'pulling') {
      images.set(key, 'there')
      tell({ type: 'pulled', node, image })
    }
  }

  /** What was not there yet is pulled anew by the next life. */
  const forgetPulls = (node: string): void => {
    for (const [key, state] of images)
      if (state === 'pulling' && key.startsWith(`${node} `)) images.delete(key)
  }

  return {
    observe: (observation, node) => {
      if (observation.type === 'ended') forgetPulls(node)
      if (observation.type === 'task' && observation.status !== null)
        changed(node, observation.task, observation.status.state)
      if (observation.type === 'ran') tell({ type: 'ran', task: observation.task, node })
      if (observation.type === 'exited') {
        const { task } = observation
        const how = states.get(task) === 'stopping' ? 'stopped' : 'exited'
        tell({ type: 'ended', task, node, how, detail: null })
      }
    },
  }
}
