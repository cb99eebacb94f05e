import type { TaskId } from '../../../protocols/decisions/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import type { CreateChecker, Observation } from '../observation.ts'
import { createExclusiveTasks } from './exclusive-tasks.ts'
import { slotOf } from './slot-of.ts'

/** A container that an engine starts late, under a lease that has lapsed, is seen and killed within this. */
const LATE_START_MS = 200
/** A machine that woke, or whose watchdog goes on, has ended what it may not run within this: the time of a kill, and a look. */
const CATCH_UP_MS = 3_000

interface Running {
  readonly node: NodeId
  readonly task: TaskId
  readonly token: number
}

interface Double {
  /** The later one to begin, and the one that ran already. */
  readonly pair: readonly [Running, Running]
  readonly allowedUntilMs: number
}

/**
 * No slot of an exclusive service has two tasks that run at once, whatever machines, daemons and links do. Excepted is a machine
 * on which nothing is killed because it sleeps or its watchdog stands still, until shortly after.
 */
export const createExclusiveNeverOverlaps: CreateChecker = (world) => {
  const exclusive = createExclusiveTasks(world)
  const running = new Map<string, Set<Running>>()
  const unwatched = new Set<NodeId>()
  const watchedMs = new Map<NodeId, number>()
  let doubles: readonly Double[] = []

  const begin = (began: Running): void => {
    const slot = slotOf(began.task)
    const others = running.get(slot) ?? new Set()
    const allowedUntilMs = (other: Running): number =>
      began.token < other.token ? world.nowMs() + LATE_START_MS : world.nowMs()
    doubles = [
      ...doubles,
      ...Array.from(others, (other) => ({
        pair: [began, other] as const,
        allowedUntilMs: allowedUntilMs(other),
      })),
    ]
    running.set(slot, others.add(began))
  }

  const end = (task: TaskId, node: NodeId): void => {
    const others = running.get(slotOf(task))
    for (const other of others ?? []) if (other.task === task && other.node === node) others?.delete(other)
    doubles = doubles.filter(({ pair }) => !pair.some((one) => one.task === task && one.node === node))
  }

  const isExcepted = ({ node }: Running): boolean =>
    unwatched.has(node) || world.nowMs() < (watchedMs.get(node) ?? Number.NEGATIVE_INFINITY) + CATCH_UP_MS

  const broken = (): string | null => {
    const double = doubles.find(
      ({ pair, allowedUntilMs }) => world.nowMs() >= allowedUntilMs && !pair.some(isExcepted),
    )
    if (double === undefined) return null
    const [began, other] = double.pair
    return `${began.task} runs on ${began.node} beside ${other.task} on ${other.node}`
  }

  const see = (observation: Observation): void => {
    exclusive.see(observation)
    if (observation.type === 'unwatched') unwatched.add(observation.node)
    if (observation.type === 'watched') {
      unwatched.delete(observation.node)
      watchedMs.set(observation.node, world.nowMs())
    }
    if (observation.type === 'exited') end(observation.task, observation.node)
    if (observation.type === 'ran' && exclusive.has(observation.task)) begin(observation)
  }

  return {
    name: 'exclusive-never-overlaps',
    sees: ['applied', 'unwatched', 'watched', 'ran', 'exited', 'committed'],
    judge: (observation) => {
      see(observation)
      return doubles.length === 0 ? null : broken()
    },
  }
}
