import type { TaskId } from '../../../protocols/decisions/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import type { CreateChecker } from '../observation.ts'
import { firstApplied } from './first-seen.ts'

interface Life {
  /** How far the log was committed when it began. */
  readonly committedIndex: number
  /** Tasks that were begun in the lives before it: a node may go on with what it began. */
  readonly begunBefore: ReadonlySet<TaskId>
}

/** A node begins no task that had lost its slot before the node's present life: it first learns how far the log goes. */
export const createStartsWhatIsAssigned: CreateChecker = () => {
  const lives = new Map<NodeId, Life>()
  const begun = new Map<NodeId, Set<TaskId>>()
  /** Task -> the entry that took its slot away. */
  const endedAt = new Map<TaskId, number>()
  let committedIndex = 0

  const follow = firstApplied(({ index, decision, outcome }) => {
    if (!outcome.ok) return null
    if (decision.type === 'taskReleased') endedAt.set(decision.task, index)
    if (decision.type === 'taskAssigned' && decision.replaces !== null) endedAt.set(decision.replaces, index)
    return null
  })

  const begunOn = (node: NodeId): Set<TaskId> => {
    const tasks = begun.get(node) ?? new Set<TaskId>()
    begun.set(node, tasks)
    return tasks
  }

  return {
    name: 'starts-what-is-assigned',
    sees: ['started', 'committed', 'first applied', 'task', 'ran'],
    judge: (observation) => {
      follow(observation)
      if (observation.type === 'committed') committedIndex = Math.max(committedIndex, observation.commitIndex)
      if (observation.type === 'started')
        lives.set(observation.node, { committedIndex, begunBefore: new Set(begunOn(observation.node)) })
      if (observation.type === 'task' && observation.status?.state === 'preparing')
        begunOn(observation.node).add(observation.task)
      if (observation.type !== 'ran') return null
      const { node, task } = observation
      const life = lives.get(node)
      if (life === undefined || life.begunBefore.has(task)) return null
      const lostAt = endedAt.get(task)
      return lostAt !== undefined && lostAt <= life.committedIndex
        ? `${node} began ${task}, which had lost its slot at ${lostAt} before the node itself began at ${life.committedIndex}`
        : null
    },
  }
}
