import type { ObjectKey } from './names.ts'
import type { Assignment, TaskId } from './tasks.ts'

type Index<Key> = Map<Key, Map<TaskId, Assignment>>

const NONE: ReadonlyMap<TaskId, Assignment> = new Map()

const put = <Key>(index: Index<Key>, key: Key, assignment: Assignment): void => {
  const entries = index.get(key) ?? new Map<TaskId, Assignment>()
  index.set(key, entries.set(assignment.task, assignment))
}

const drop = <Key>(index: Index<Key>, key: Key, task: TaskId): void => {
  const entries = index.get(key)
  entries?.delete(task)
  if (entries?.size === 0) index.delete(key)
}

/** All tasks by their id, and beside it by node and by object: with a hundred thousand of them nobody may look at each. */
export const createTaskTable = () => {
  const all = new Map<TaskId, Assignment>()
  const byNode: Index<string> = new Map()
  const byObject: Index<ObjectKey> = new Map()
  return {
    all: all as ReadonlyMap<TaskId, Assignment>,
    on: (node: string): Iterable<Assignment> => (byNode.get(node) ?? NONE).values(),
    countOn: (node: string): number => byNode.get(node)?.size ?? 0,
    of: (object: ObjectKey): Iterable<Assignment> => (byObject.get(object) ?? NONE).values(),
    add: (assignment: Assignment): void => {
      all.set(assignment.task, assignment)
      put(byNode, assignment.node, assignment)
      put(byObject, assignment.object, assignment)
    },
    clear: (): void => {
      for (const index of [all, byNode, byObject]) index.clear()
    },
    /** The task that was removed; undefined where there was none. */
    remove: (task: TaskId): Assignment | undefined => {
      const assignment = all.get(task)
      if (assignment === undefined) return undefined
      all.delete(task)
      drop(byNode, assignment.node, task)
      drop(byObject, assignment.object, task)
      return assignment
    },
  }
}
