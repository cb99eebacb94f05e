import type { TaskId } from '../../../protocols/decisions/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import type { CreateChecker, Observation } from '../observation.ts'
import { createExclusiveTasks } from './exclusive-tasks.ts'

/** A container that an engine starts late, under a lease that has lapsed, is seen and killed within this. */
const LATE_START_MS = 200

interface Running {
  readonly node: NodeId
  readonly task: TaskId
  readonly token: number
  /** Its machine slept while it ran: the promise excepts that. */
  slept: boolean
}

/** `<project>.<service>.<slot>` of a task id. */
const slotOf = (task: TaskId): string => task.slice(0, task.lastIndexOf('.'))

/** No slot of an exclusive service has two tasks that run at once, whatever machines, daemons and links do. */
export const createExclusiveNeverOverlaps: CreateChecker = (world) => {
  const exclusive = createExclusiveTasks()
  const running = new Map<string, Set<Running>>()
  const asleep = new Set<NodeId>()
  /** Tasks of a lost slot that began all the same -> until when they may run. */
  const late = new Map<TaskId, number>()

  const begin = (began: Running): string | null => {
    const slot = slotOf(began.task)
    const others = running.get(slot) ?? new Set()
    running.set(slot, others)
    const double = [...others].find((other) => !other.slept && !began.slept)
    others.add(began)
    if (double === undefined) return null
    if (began.token < double.token) {
      late.set(began.task, world.nowMs() + LATE_START_MS)
      return null
    }
    return `${began.task} begins on ${began.node} while ${double.task} runs on ${double.node}`
  }

  const end = (task: TaskId, node: NodeId): void => {
    late.delete(task)
    const others = running.get(slotOf(task))
    for (const other of others ?? []) if (other.task === task && other.node === node) others?.delete(other)
  }

  const overdue = (): string | null => {
    for (const [task, untilMs] of late)
      if (world.nowMs() > untilMs) return `${task} began late and still runs beside its successor`
    return null
  }

  const judge = (observation: Observation): string | null => {
    exclusive.see(observation)
    if (observation.type === 'slept') {
      asleep.add(observation.node)
      for (const others of running.values())
        for (const other of others) if (other.node === observation.node) other.slept = true
    }
    if (observation.type === 'woke') asleep.delete(observation.node)
    if (observation.type === 'exited') end(observation.task, observation.node)
    if (observation.type === 'ran' && exclusive.has(observation.task)) {
      const { node, task, token } = observation
      return begin({ node, task, token, slept: asleep.has(node) })
    }
    return late.size === 0 ? null : overdue()
  }

  return {
    name: 'exclusive-never-overlaps',
    sees: ['written', 'applied', 'slept', 'woke', 'ran', 'exited', 'committed'],
    judge,
  }
}
