/** Who holds which slot. */
import type { Static } from 'typebox'
import { eachInSlices, intern, type Slices } from '../wire/index.ts'
import { ACCEPTED, type Members, type Outcome, refuse, SLICE_ROWS } from './names.ts'
import type { ObjectTable } from './revisions.ts'
import { isTaskId, taskIdOf } from './task-id.ts'
import { createTaskTable } from './task-table.ts'
import type { Assignment, TaskAssignedSchema, TaskReleasedSchema } from './tasks.ts'

export const createAssignments = (members: Members, objects: ObjectTable) => {
  let tasks = createTaskTable()
  return {
    get tasks() {
      return tasks
    },
    /** `token`: the fencing token of its place in the log. */
    assign: (decision: Static<typeof TaskAssignedSchema>, token: number): Outcome => {
      const { object, slot, node, replaces, reason } = decision
      const target = objects.all.get(object)
      if (target === undefined || target.removed) return refuse(`${object} does not exist any more`)
      const revision = target.history.find((id) => id === decision.revision)
      if (revision === undefined) return refuse(`revision ${decision.revision.slice(0, 12)} was not accepted`)
      if (!members.has(node)) return refuse(`node ${node} is not a member`)
      const task = taskIdOf(object, slot, token)
      if (!isTaskId(task)) return refuse(`tasks of ${object} could not be named`)
      const holder = tasks.holder(object, slot)?.task ?? null
      if (holder !== replaces) {
        return refuse(
          `slot ${slot} of ${object} is held by ${holder ?? 'nobody'}, not by ${replaces ?? 'nobody'}`,
        )
      }
      if (holder !== null) tasks.remove(holder)
      // The texts that are held already, for each entry comes with copies of its own.
      const same = { object: target.object, revision, node: intern(node), reason: intern(reason) }
      tasks.add({ task, ...same, slot, token })
      return ACCEPTED
    },
    release: ({ task }: Static<typeof TaskReleasedSchema>): Outcome => {
      tasks.remove(task)
      return ACCEPTED
    },
    /** Gives what puts these in place of all that there are. */
    *prepare(rows: Iterable<Assignment>): Slices<() => void> {
      const fresh = createTaskTable()
      yield* eachInSlices(rows, SLICE_ROWS, fresh.add)
      return () => {
        tasks = fresh
      }
    },
  }
}
