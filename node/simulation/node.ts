import type { NodeId } from '../../protocols/wire/index.ts'
import type { Random } from '../ports/clock.ts'
import type { SimulatedNetwork } from './network.ts'
import type { Observation } from './observation.ts'
import { between, type Range } from './random.ts'
import type { Timeline } from './timeline.ts'

/** How fast a node's clock runs beside the timeline: 5 in 1,000 off is worse than any quartz. */
const CLOCK_RATE: Range = [0.995, 1.005]
/** What a node's clock shows when the timeline begins, in milliseconds: no two nodes agree. */
const CLOCK_START_MS: Range = [0, 10_000_000]

/** What a part may use of its node. All of it ends with the node's life. */
export interface Host<Message> {
  readonly self: NodeId
  readonly random: Random
  /** By the node's own clock. */
  nowMs(): number
  after(afterMs: number, task: () => void): () => void
  /** To the same part on another node. */
  send(to: NodeId, message: Message): void
  observe(observation: Observation): void
  /** Ends this life, as a process does that meets what it must not survive. */
  die(): void
  /** `task`, made to do nothing once this life is over, and to wait while the node is paused. */
  whileAlive<Args extends unknown[]>(task: (...args: Args) => void): (...args: Args) => void
}

/** One machine on a node: made anew for each life; what it keeps on disk outlives them. */
export interface Part<Message> {
  start(host: Host<Message>): void
  receive(from: NodeId, message: Message): void
  /** Power is gone: the write under way is kept or lost, everything in memory is forgotten. */
  crash(): void
}

export interface SimulatedNode {
  readonly self: NodeId
  readonly isUp: boolean
  start(): void
  crash(): void
  /** Nothing happens on the node until `resume`; then all that came meanwhile happens at once. */
  pause(): void
  resume(): void
  /** A message for the part of that name; lost when the node is down. */
  deliver(part: string, from: NodeId, message: unknown): void
}

export interface NodeComponents {
  readonly timeline: Timeline
  readonly network: SimulatedNetwork
  readonly random: Random
  readonly observe: (observation: Observation) => void
  /** The other end of a send. */
  readonly nodeOf: (node: NodeId) => SimulatedNode
}

export interface NodeInit {
  readonly self: NodeId
  // A node carries parts of every message type and only passes messages from a part to its namesake.
  readonly parts: ReadonlyMap<string, Part<never>>
}

export const createSimulatedNode = (components: NodeComponents, init: NodeInit): SimulatedNode => {
  const { timeline, network, random, observe, nodeOf } = components
  const { self, parts } = init
  const clockRate = between(random, CLOCK_RATE)
  const clockStartMs = between(random, CLOCK_START_MS)
  let life = 0
  let isUp = false
  let isPaused = false
  let waiting: (() => void)[] = []

  const whileAlive = <Args extends unknown[]>(task: (...args: Args) => void) => {
    const born = life
    const run = (...args: Args): void => {
      if (!isUp || life !== born) return
      if (isPaused) waiting.push(() => run(...args))
      else task(...args)
    }
    return run
  }

  const crash = (): void => {
    if (!isUp) return
    isUp = false
    isPaused = false
    waiting = []
    for (const part of parts.values()) part.crash()
    observe({ type: 'crashed', node: self })
  }

  const hostOf = (name: string): Host<unknown> => ({
    self,
    random,
    nowMs: () => clockStartMs + timeline.nowMs() * clockRate,
    after: (afterMs, task) => timeline.after(afterMs / clockRate, whileAlive(task)),
    send: (to, message) => network.send(self, to, () => nodeOf(to).deliver(name, self, message)),
    observe,
    die: crash,
    whileAlive,
  })

  return {
    self,
    get isUp() {
      return isUp
    },
    start: () => {
      if (isUp) return
      isUp = true
      life += 1
      observe({ type: 'started', node: self })
      for (const [name, part] of parts) part.start(hostOf(name) as Host<never>)
    },
    crash,
    pause: () => {
      isPaused = isUp
    },
    resume: () => {
      isPaused = false
      const tasks = waiting
      waiting = []
      for (const task of tasks) task()
    },
    deliver: (name, from, message) => {
      whileAlive(() => parts.get(name)?.receive(from, message as never))()
    },
  }
}
