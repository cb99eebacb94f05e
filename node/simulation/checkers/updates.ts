/** What checkers of updates know of them: the rows of the log, and which revisions make the same task. */
import {
  type Assignment,
  isBackward,
  targetIn,
  taskIdOf,
  type Update,
} from '../../../protocols/decisions/index.ts'
import {
  isSameTask,
  rollbackPolicyOf,
  type UpdatePolicy,
  updatePolicyOf,
} from '../../../protocols/spec/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import type { Core } from '../../daemon/core.ts'
import type { Applied } from '../../decisions/index.ts'
import type { World } from '../observation.ts'
import { viewAtRecovery } from './first-seen.ts'

/** Whether a task of one revision is what one of the other is, as that node knows them; null where it does not. */
export const isSameOn = ({ planes }: Core, one: string, other: string): boolean | null => {
  if (one === other) return true
  const [a, b] = [planes.intent.resolveSpec(one), planes.intent.resolveSpec(other)]
  return a === null || b === null ? null : isSameTask(a, b)
}

/** How an object is updated now, as that node knows it; null where it does not. */
export const policyOn = (
  { planes }: Core,
  object: string,
): { readonly replicas: number; readonly policy: UpdatePolicy } | null => {
  const { view } = planes.decisions
  const target = targetIn(view, object)
  const spec = target === null ? null : planes.intent.resolveSpec(target)
  const row = view.updates.get(object)
  if (spec === null) return null
  const policy = row !== undefined && isBackward(row) ? rollbackPolicyOf(spec) : updatePolicyOf(spec)
  return { replicas: spec.replicas, policy }
}

/** The tasks and updates of the log, as they were before each entry. To be given each entry once. */
export const followTasks = (world: World) => {
  const tasks = new Map<string, Pick<Assignment, 'object' | 'slot' | 'revision'>>()
  const rows = new Map<string, Update>()
  return {
    tasks: tasks as ReadonlyMap<string, Pick<Assignment, 'object' | 'slot' | 'revision'>>,
    rows: rows as ReadonlyMap<string, Update>,
    apply: (applied: Applied, node: NodeId, token: number): void => {
      const { decision, outcome } = applied
      const recovered = viewAtRecovery(world, node, applied)
      if (recovered !== null) {
        tasks.clear()
        rows.clear()
        for (const [id, task] of recovered.tasks) tasks.set(id, task)
        for (const [object, row] of recovered.updates) rows.set(object, row)
      }
      if (!outcome.ok) return
      if (decision.type === 'taskReleased') tasks.delete(decision.task)
      if (decision.type === 'taskAssigned') {
        const { object, slot, revision, replaces } = decision
        if (replaces !== null) tasks.delete(replaces)
        tasks.set(taskIdOf(object, slot, token), { object, slot, revision })
      }
      const object = 'object' in decision ? decision.object : null
      const row = object === null ? undefined : world.coreOf(node)?.planes.decisions.view.updates.get(object)
      if (object !== null && row !== undefined) rows.set(object, row)
      else if (object !== null) rows.delete(object)
    },
  }
}
