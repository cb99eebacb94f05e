/**
 * A whole mesh of membership machines under a virtual clock and a seeded network: the same arguments give the same run.
 *
 * A frozen node keeps its connections, as a stopped process does; when it continues, its late timers fire before
 * its late messages. A killed node closes its connections, which the others notice.
 */
import { between, createRandom, type Range } from '../../../node/simulation/random.ts'
import { createTimeline } from '../../../node/simulation/timeline.ts'
import {
  createMembership,
  MEMBERSHIP_TIMINGS,
  type MemberChange,
  type MembershipEvent,
  type MembershipMessage,
  type MembershipState,
  type MemberView,
  membersOf,
  step,
} from '../../../protocols/membership/index.ts'
import { memberIn } from '../../../protocols/membership/member-table.ts'

export interface VirtualMeshInit {
  readonly nodes: readonly string[]
  readonly seed: number
  /** Share of the messages that are lost. */
  readonly loss?: number
  readonly latencyMs?: Range
}

interface VirtualNode {
  readonly node: string
  state: MembershipState
  process: number
  running: boolean
  /** What happened to it while it was frozen; null while it is not. */
  late: { readonly timers: MembershipEvent[]; readonly others: MembershipEvent[] } | null
  incarnation: number
  /** How late it handles everything. */
  lateMs: number
}

/** Nodes that start together do so within this time. */
const START_SPREAD_MS = 500

export type VirtualMesh = ReturnType<typeof createVirtualMesh>

export const createVirtualMesh = ({ nodes: names, seed, loss = 0, latencyMs = [1, 5] }: VirtualMeshInit) => {
  const random = createRandom(seed)
  const timeline = createTimeline()
  const nodes = new Map<string, VirtualNode>()
  const cuts = new Set<string>()
  let roster: ReadonlySet<string> = new Set(names)
  let onChange: (node: string, change: MemberChange) => void = () => {}
  let onSend: (from: string, to: string, message: MembershipMessage) => void = () => {}

  const nodeOf = (name: string): VirtualNode => nodes.get(name) as VirtualNode
  const connects = (a: string, b: string): boolean => !cuts.has(`${a} ${b}`)

  const happen = (node: VirtualNode, event: MembershipEvent): void => {
    if (!node.running) return
    if (node.late !== null) {
      const late = event.type === 'timer' ? node.late.timers : node.late.others
      late.push(event)
      return
    }
    const { state, effects } = step(node.state, event, { nowMs: timeline.nowMs(), random })
    node.state = state
    const { process } = node
    for (const effect of effects) {
      switch (effect.type) {
        case 'persist':
          node.incarnation = effect.incarnation
          break
        case 'send':
          deliver(node.node, effect.to, effect.message)
          break
        case 'schedule':
          timeline.after(effect.afterMs + node.lateMs, () => {
            if (node.process === process) happen(node, { type: 'timer', timer: effect.timer })
          })
          break
        case 'changed':
          onChange(node.node, effect.change)
      }
    }
  }

  const deliver = (from: string, to: string, message: MembershipMessage): void => {
    onSend(from, to, message)
    const delayMs = between(random, latencyMs)
    if (random() < loss || !connects(from, to)) return
    timeline.after(delayMs + (nodes.get(to)?.lateMs ?? 0), () => {
      const receiver = nodes.get(to)
      if (receiver !== undefined) happen(receiver, { type: 'received', from, message })
    })
  }

  const others = (node: string): VirtualNode[] =>
    [...nodes.values()].filter((other) => other.node !== node && other.running && connects(node, other.node))

  const start = (node: VirtualNode): void => {
    node.process += 1
    node.running = true
    node.late = null
    const addresses = [`/ip4/192.0.2.${node.process}/tcp/7946`]
    node.state = createMembership({
      self: node.node,
      incarnation: node.incarnation + 1,
      addresses,
      timings: MEMBERSHIP_TIMINGS,
    })
    happen(node, { type: 'started' })
    happen(node, { type: 'roster', members: roster })
    for (const other of others(node.node)) {
      happen(node, { type: 'connected', peer: other.node })
      happen(other, { type: 'connected', peer: node.node })
    }
  }

  const kill = (node: string): void => {
    const ended = nodeOf(node)
    ended.running = false
    ended.process += 1
    for (const other of others(node)) happen(other, { type: 'disconnected', peer: node })
  }

  for (const node of names) {
    const state = createMembership({ self: node, incarnation: 1, addresses: [], timings: MEMBERSHIP_TIMINGS })
    const virtual = { node, state, process: 0, running: false, late: null, incarnation: 0, lateMs: 0 }
    nodes.set(node, virtual)
    timeline.after(random() * START_SPREAD_MS, () => start(virtual))
  }

  return {
    get nowMs() {
      return timeline.nowMs()
    },
    onChange: (listener: typeof onChange): void => {
      onChange = listener
    },
    onSend: (listener: typeof onSend): void => {
      onSend = listener
    },
    pass: (durationMs: number): void => {
      const untilMs = timeline.nowMs() + durationMs
      while (timeline.step(untilMs));
    },
    stop: (node: string): void => {
      nodeOf(node).late = { timers: [], others: [] }
    },
    continue: (node: string): void => {
      const { late } = nodeOf(node)
      nodeOf(node).late = null
      for (const event of [...(late?.timers ?? []), ...(late?.others ?? [])]) happen(nodeOf(node), event)
    },
    /** From here on, a node handles everything so much later than it happens. */
    slow: (node: string, lateMs: number): void => {
      nodeOf(node).lateMs = lateMs
    },
    kill,
    restart: (node: string): void => start(nodeOf(node)),
    leave: (node: string): void => happen(nodeOf(node), { type: 'leave' }),
    /** The next process begins again at the first incarnation. */
    loseDisk: (node: string): void => {
      nodeOf(node).incarnation = 0
    },
    /** Closes the connection between two nodes; they notice, and nothing passes until they connect. */
    disconnect: (a: string, b: string): void => {
      for (const way of [`${a} ${b}`, `${b} ${a}`]) cuts.add(way)
      happen(nodeOf(a), { type: 'disconnected', peer: b })
      happen(nodeOf(b), { type: 'disconnected', peer: a })
    },
    connect: (a: string, b: string): void => {
      for (const way of [`${a} ${b}`, `${b} ${a}`]) cuts.delete(way)
      happen(nodeOf(a), { type: 'connected', peer: b })
      happen(nodeOf(b), { type: 'connected', peer: a })
    },
    /** Loses every message between the two sides, with no connection closed. */
    cut: (as: readonly string[], bs: readonly string[]): void => {
      for (const a of as) for (const b of bs) for (const way of [`${a} ${b}`, `${b} ${a}`]) cuts.add(way)
    },
    heal: (): void => cuts.clear(),
    setRoster: (members: readonly string[]): void => {
      roster = new Set(members)
      for (const node of nodes.values()) happen(node, { type: 'roster', members: roster })
    },
    move: (node: string, addresses: readonly string[]): void =>
      happen(nodeOf(node), { type: 'addresses', addresses }),
    receive: (node: string, from: string, message: MembershipMessage): void =>
      happen(nodeOf(node), { type: 'received', from, message }),
    strainOf: (node: string): number => nodeOf(node).state.strain,
    accusersSeenBy: (node: string, suspect: string): readonly string[] =>
      memberIn(nodeOf(node).state.members, suspect)?.suspicion?.accusers ?? [],
    membersSeenBy: (node: string): readonly MemberView[] => membersOf(nodeOf(node).state),
  }
}
