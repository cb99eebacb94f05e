import type { TaskStart } from '../ports/runtime.ts'

/** What every task is told of itself, whatever runs it; a spec cannot override these. */
export const taskEnvironment = (
  node: string,
  { task, token }: Pick<TaskStart, 'task' | 'token'>,
): Record<string, string> => ({
  COTERIE_TASK: task,
  COTERIE_FENCING_TOKEN: String(token),
  COTERIE_NODE: node,
})
