import type { TaskId } from '../../../protocols/decisions/index.ts'
import type { CreateChecker } from '../observation.ts'
import { slotOf } from './slot-of.ts'

/**
 * On one machine a slot's next task begins only when the one before is gone: they share its ports and its place. An older one that
 * an engine begins late, when nobody asks for it any more, is not the fault of the next.
 */
export const createASlotRunsOnceOnAMachine: CreateChecker = () => {
  /** Node and slot -> the tasks that run, and their tokens. */
  const running = new Map<string, Map<TaskId, number>>()
  return {
    name: 'a-slot-runs-once-on-a-machine',
    sees: ['ran', 'exited'],
    judge: (observation) => {
      if (observation.type !== 'ran' && observation.type !== 'exited') return null
      const { node, task } = observation
      const place = `${node} ${slotOf(task)}`
      const tasks = running.get(place) ?? new Map<TaskId, number>()
      running.set(place, tasks)
      if (observation.type === 'exited') {
        tasks.delete(task)
        return null
      }
      tasks.set(task, observation.token)
      const older = [...tasks].find(([, token]) => token < observation.token)
      return older === undefined ? null : `${node} began ${task} while ${older[0]} of the same slot ran there`
    },
  }
}
