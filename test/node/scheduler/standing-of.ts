import { publishedPorts, type Standing } from '../../../node/scheduler/standing.ts'
import type { Assignment } from '../../../protocols/decisions/index.ts'
import type { ServiceSpec } from '../../../protocols/spec/index.ts'

/** What stands on the nodes, counted task by task. */
export const standingOf = (
  tasks: readonly Assignment[],
  specOf: (task: Assignment) => ServiceSpec | null,
): Standing => ({
  tasksOn: (node) => tasks.filter((task) => task.node === node).length,
  publishing: (node, port) =>
    tasks.filter((task) => task.node === node && publishedPorts(specOf(task)).includes(port)).length,
})
