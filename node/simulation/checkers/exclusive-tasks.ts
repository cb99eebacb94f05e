import { type RevisionId, type TaskId, taskIdOf } from '../../../protocols/decisions/index.ts'
import type { Observation, World } from '../observation.ts'
import { firstApplied, viewAtRecovery } from './first-seen.ts'

/** Which tasks are exclusive, by their revisions, as any node knows them. */
export const createExclusiveTasks = (world: World) => {
  const tasks = new Map<TaskId, RevisionId>()
  const known = new Map<RevisionId, boolean>()
  const follow = firstApplied((applied, node, token) => {
    const { decision, outcome } = applied
    for (const { task, revision } of viewAtRecovery(world, node, applied)?.tasks.values() ?? [])
      tasks.set(task, revision)
    if (!outcome.ok || decision.type !== 'taskAssigned') return null
    const { object, slot, revision } = decision
    tasks.set(taskIdOf(object, slot, token), revision)
    return null
  })

  const lookUp = (revision: RevisionId): boolean => {
    for (const node of world.nodes) {
      const spec = world.coreOf(node)?.planes.intent.resolveSpec(revision) ?? null
      if (spec === null) continue
      known.set(revision, spec.exclusive === true)
      return spec.exclusive === true
    }
    return false
  }

  return {
    see: (observation: Observation): void => void follow(observation),
    has: (task: TaskId): boolean => {
      const revision = tasks.get(task)
      return revision !== undefined && (known.get(revision) ?? lookUp(revision))
    },
  }
}
