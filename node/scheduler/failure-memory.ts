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
  const bySlot = new Map<string, SlotFailures & { readonly revision: RevisionId }>()
  const counted = new Set<TaskId>()
  const keyOf = (object: ObjectKey, slot: number) => `${object}#${slot}`

  return {
    /** Counts each failed or rejected task once, and forgets what is long ago. */
    observe: (
      tasks: readonly Assignment[],
      statusOf: (task: TaskId) => TaskStatus | null,
      nowMs: number,
    ): void => {
      const live = new Set(tasks.map(({ task }) => task))
      for (const task of counted) if (!live.has(task)) counted.delete(task)
      for (const { task, object, slot, node, revision } of tasks) {
        const state = statusOf(task)?.state
        if ((state !== 'failed' && state !== 'rejected') || counted.has(task)) continue
        counted.add(task)
        const present = bySlot.get(keyOf(object, slot))
        const count = present?.revision === revision ? present.count + 1 : 1
        bySlot.set(keyOf(object, slot), { revision, count, lastAtMs: nowMs, lastNode: node })
      }
      for (const [key, { lastAtMs }] of bySlot) if (nowMs - lastAtMs > FORGET_AFTER_MS) bySlot.delete(key)
    },
    of: (object: ObjectKey, slot: number, revision: RevisionId): SlotFailures | null => {
      const present = bySlot.get(keyOf(object, slot))
      return present?.revision === revision ? present : null
    },
  }
}
