/** Who holds which slot. */
import type { Static } from 'typebox'
import { ACCEPTED, type Members, type Outcome, refuse } from './names.ts'
import type { Objects } from './revisions.ts'
import { isTaskId, taskIdOf } from './task-id.ts'
import { createTaskTable } from './task-table.ts'
import type { Assignment, TaskAssignedSchema, TaskId, TaskReleasedSchema } from './tasks.ts'

const slotOf = (object: string, slot: number): string => `${object}#${slot}`

export const createAssignments = (members: Members, objects: Objects) => {
  const tasks = createTaskTable()
  /** `<object>#<slot>` -> the task that holds it. */
  const slots = new Map<string, TaskId>()
  return {
    tasks,
    /** `token`: the fencing token of its place in the log. */
    assign: (decision: Static<typeof TaskAssignedSchema>, token: number): Outcome => {
      const { object, revision, slot, node, replaces, reason } = decision
      const target = objects.get(object)
      if (target === undefined || target.removed) return refuse(`${object} does not exist any more`)
      if (!target.history.includes(revision))
        return refuse(`revision ${revision.slice(0, 12)} was not accepted`)
      if (!members.has(node)) return refuse(`node ${node} is not a member`)
      const task = taskIdOf(object, slot, token)
      if (!isTaskId(task)) return refuse(`tasks of ${object} could not be named`)
      const place = slotOf(object, slot)
      const holder = slots.get(place) ?? null
      if (holder !== replaces) {
        return refuse(
          `slot ${slot} of ${object} is held by ${holder ?? 'nobody'}, not by ${replaces ?? 'nobody'}`,
        )
      }
      if (holder !== null) tasks.remove(holder)
      tasks.add({ task, object, revision, slot, node, token, reason })
      slots.set(place, task)
      return ACCEPTED
    },
    release: ({ task }: Static<typeof TaskReleasedSchema>): Outcome => {
      const released = tasks.remove(task)
      if (released !== undefined) slots.delete(slotOf(released.object, released.slot))
      return ACCEPTED
    },
    restore: (rows: Iterable<Assignment>): void => {
      tasks.clear()
      slots.clear()
      for (const row of rows) {
        tasks.add(row)
        slots.set(slotOf(row.object, row.slot), row.task)
      }
    },
  }
}
