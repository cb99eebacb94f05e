import { type TaskId, taskIdOf } from '../../../protocols/decisions/index.ts'
import type { CreateChecker } from '../observation.ts'
import { firstApplied, viewAtRecovery } from './first-seen.ts'

/** An assignment that counts replaces the very task that held the slot, so two leaders that overlap cannot both fill it. */
export const createOneTaskPerSlot: CreateChecker = (world) => {
  /** `object#slot` -> the task that holds it. */
  const holders = new Map<string, TaskId>()
  return {
    name: 'one-task-per-slot',
    sees: ['first applied'],
    judge: firstApplied((applied, node, token) => {
      const { index, decision, outcome } = applied
      if (!outcome.ok) return null
      const recovered = viewAtRecovery(world, node, applied)
      if (recovered !== null) {
        holders.clear()
        for (const { object, slot, task } of recovered.tasks.values()) holders.set(`${object}#${slot}`, task)
      }
      if (decision.type === 'taskReleased') {
        for (const [slot, task] of holders) if (task === decision.task) holders.delete(slot)
      }
      if (decision.type !== 'taskAssigned') return null
      const { object, slot, replaces } = decision
      const holder = holders.get(`${object}#${slot}`) ?? null
      holders.set(`${object}#${slot}`, taskIdOf(object, slot, token))
      return holder === replaces
        ? null
        : `entry ${index} gives slot ${slot} of ${object} away in place of ${replaces}, and ${holder} held it`
    }),
  }
}
