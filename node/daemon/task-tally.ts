import { type Decision, type DecisionView, taskIdOf } from '../../protocols/decisions/index.ts'
import type { MemberStatus } from '../../protocols/membership/index.ts'
import { taskRegister } from '../../protocols/spec/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import { createTaskCounts, type TaskCounts } from '../metrics/index.ts'
import type { Ground } from './ground.ts'
import { recordsChange, taskStatusOf } from './observed.ts'
import type { Planes } from './planes.ts'

/** The tasks that a decision gives or takes away. */
const tasksOf = (decision: Decision, token: number): string[] => {
  if (decision.type === 'taskReleased') return [decision.task]
  if (decision.type !== 'taskAssigned') return []
  const { object, slot, replaces } = decision
  return [taskIdOf(object, slot, token), ...(replaces === null ? [] : [replaces])]
}

/** Counts the tasks of the log by what their nodes tell of them. */
export const openTaskCounts = ({ clock, network }: Ground, { decisions, intent }: Planes): TaskCounts => {
  const { view } = decisions
  return createTaskCounts({
    self: network.connections.self,
    clock,
    tasks: () => view.tasks,
    stateOf: ({ node, task, token }) => {
      const register = intent.register(node, taskRegister(task))
      const told = register === null ? null : taskStatusOf(register)
      return told?.task === task && told.token === token ? told.state : 'assigned'
    },
    onChange: (listener) => {
      const ends = [
        decisions.onApplied(({ index, decision }) => {
          const tasks = tasksOf(decision, view.tokenAt(index))
          if (tasks.length > 0) listener(tasks)
        }),
        decisions.onRestored(() => listener(null)),
        intent.onChange((change) => {
          const { tasks } = recordsChange(change)
          if (tasks.length > 0) listener(tasks)
        }),
      ]
      return () => {
        for (const end of ends) end()
      }
    },
  })
}

/** Tasks of nodes whose last word says nothing about now. */
export const countLost = (
  view: Pick<DecisionView, 'tasks' | 'nodes' | 'taskCountOn'>,
  healthOf: (node: NodeId) => MemberStatus,
): number => {
  const present = [...view.nodes.keys()].filter((node) => ['alive', 'suspect'].includes(healthOf(node)))
  return view.tasks.size - present.reduce((sum, node) => sum + view.taskCountOn(node), 0)
}
