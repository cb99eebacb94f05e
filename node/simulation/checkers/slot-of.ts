import type { TaskId } from '../../../protocols/decisions/index.ts'

/** `<project>.<service>.<slot>` of a task id. */
export const slotOf = (task: TaskId): string => task.slice(0, task.lastIndexOf('.'))
