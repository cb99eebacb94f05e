import type { Assignment, ObjectKey, RevisionId, TaskId } from '../../protocols/decisions/index.ts'
import type { TaskStatus } from '../../protocols/tasks/index.ts'
import type { SlotFailures } from './view.ts'

/** A slot that went this long without another bad end begins anew. */
const FORGET_AFTER_MS = 300_000

/**
 * Which slots ended badly under which revision, how often and when last: a newer revision may be the cure, and
 * begins with none. Every node keeps its own, so that a new leader goes on where the old one was; a restart
 * loses it, which costs one try too early.
 */
export const createFailureMemory = () => {
  /** The one that failed last stands last. */
  const bySlot = new Map<string, SlotFailures & { readonly revision: RevisionId }>()
  /** By service, the tasks that stand and were counted. */
  const countedOf = new Map<ObjectKey, ReadonlySet<TaskId>>()
  const keyOf = (object: ObjectKey, slot: number) => `${object}#${slot}`

  const note = ({ object, slot, node, revision }: Assignment, nowMs: number): void => {
    const key = keyOf(object, slot)
    const present = bySlot.get(key)
    const count = present?.revision === revision ? present.count + 1 : 1
    bySlot.delete(key)
    bySlot.set(key, { revision, count, lastAtMs: nowMs, lastNode: node })
  }

  return {
    /** Counts each failed or rejected task of a service once; `tasks` are all that it has. */
    observe: (
      object: ObjectKey,
      tasks: readonly Assignment[],
      statusOf: (task: TaskId) => TaskStatus | null,
      nowMs: number,
    ): void => {
      const counted = countedOf.get(object) ?? new Set()
      const ended = new Set<TaskId>()
      for (const assignment of tasks) {
        const { task } = assignment
        if (counted.has(task)) ended.add(task)
        const state = statusOf(task)?.state
        if ((state !== 'failed' && state !== 'rejected') || counted.has(task)) continue
        ended.add(task)
        note(assignment, nowMs)
      }
      if (ended.size > 0) countedOf.set(object, ended)
      else countedOf.delete(object)
    },
    /** Forgets what is long ago. */
    forget: (nowMs: number): void => {
      for (const [key, { lastAtMs }] of bySlot) {
        if (nowMs - lastAtMs <= FORGET_AFTER_MS) break
        bySlot.delete(key)
      }
    },
    of: (object: ObjectKey, slot: number, revision: RevisionId): SlotFailures | null => {
      const present = bySlot.get(keyOf(object, slot))
      return present?.revision === revision ? present : null
    },
  }
}
