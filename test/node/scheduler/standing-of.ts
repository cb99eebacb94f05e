import { publishedPorts, type Standing, sumOf } from '../../../node/scheduler/standing.ts'
import type { Assignment } from '../../../protocols/decisions/index.ts'
import { reservationOf, type ServiceSpec } from '../../../protocols/spec/index.ts'

/** What stands on the nodes, counted task by task. */
export const standingOf = (
  tasks: readonly Assignment[],
  specOf: (task: Assignment) => ServiceSpec | null,
): Standing => ({
  reservedOn: (node) => ({
    ...sumOf(tasks.filter((task) => task.node === node).map((task) => reservationOf(specOf(task)))),
    isWhole: true,
  }),
  publishing: (node, port) =>
    tasks.filter((task) => task.node === node && publishedPorts(specOf(task)).includes(port)).length,
})
