import { type TaskId, taskIdOf } from '../../../protocols/decisions/index.ts'
import type { CreateChecker } from '../observation.ts'
import { firstApplied } from './first-seen.ts'

/** An assignment that counts replaces the very task that held the slot, so two leaders that overlap cannot both fill it. */
export const createOneTaskPerSlot: CreateChecker = () => {
  /** `object#slot` -> the task that holds it. */
  const holders = new Map<string, TaskId>()
  return {
    name: 'one-task-per-slot',
    sees: ['applied'],
    judge: firstApplied(({ index, decision, outcome }) => {
      if (!outcome.ok) return null
      if (decision.type === 'taskReleased') {
        for (const [slot, task] of holders) if (task === decision.task) holders.delete(slot)
      }
      if (decision.type !== 'taskAssigned') return null
      const { object, slot, replaces } = decision
      const holder = holders.get(`${object}#${slot}`) ?? null
      holders.set(`${object}#${slot}`, taskIdOf(object, slot, index))
      return holder === replaces
        ? null
        : `entry ${index} gives slot ${slot} of ${object} away in place of ${replaces}, and ${holder} held it`
    }),
  }
}
