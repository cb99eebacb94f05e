import type { ObjectKey } from './names.ts'
import type { Assignment, TaskId } from './tasks.ts'

/** By slot where an object has several; nearly all have one, and a map for each would weigh as much as all else of its task. */
type OfObject = Assignment | Map<number, Assignment>

/** All tasks by their id, and beside it by node and by object: with a hundred thousand of them nobody may look at each. */
export const createTaskTable = () => {
  const all = new Map<TaskId, Assignment>()
  const byNode = new Map<string, Set<Assignment>>()
  const byObject = new Map<ObjectKey, OfObject>()

  const holder = (object: ObjectKey, slot: number): Assignment | undefined => {
    const present = byObject.get(object)
    if (present instanceof Map) return present.get(slot)
    return present?.slot === slot ? present : undefined
  }

  const putOfObject = (assignment: Assignment): void => {
    const { object, slot } = assignment
    const present = byObject.get(object)
    if (present === undefined) byObject.set(object, assignment)
    else if (present instanceof Map) present.set(slot, assignment)
    else byObject.set(object, new Map([present, assignment].map((each) => [each.slot, each])))
  }

  const dropOfObject = ({ object, slot }: Assignment): void => {
    const present = byObject.get(object)
    if (present instanceof Map && present.size > 1) present.delete(slot)
    else byObject.delete(object)
  }

  return {
    all: all as ReadonlyMap<TaskId, Assignment>,
    on: (node: string): Iterable<Assignment> => byNode.get(node) ?? [],
    countOn: (node: string): number => byNode.get(node)?.size ?? 0,
    of: (object: ObjectKey): Iterable<Assignment> => {
      const present = byObject.get(object)
      if (present === undefined) return []
      return present instanceof Map ? present.values() : [present]
    },
    /** The task that holds the slot. */
    holder,
    /** The slot is free. */
    add: (assignment: Assignment): void => {
      all.set(assignment.task, assignment)
      const onNode = byNode.get(assignment.node) ?? new Set()
      byNode.set(assignment.node, onNode.add(assignment))
      putOfObject(assignment)
    },
    /** Nothing where there is no such task. */
    remove: (task: TaskId): void => {
      const assignment = all.get(task)
      if (assignment === undefined) return
      all.delete(task)
      const onNode = byNode.get(assignment.node)
      onNode?.delete(assignment)
      if (onNode?.size === 0) byNode.delete(assignment.node)
      dropOfObject(assignment)
    },
  }
}
