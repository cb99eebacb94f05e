/**
 * Where the machines of one test play: a shared clock, a network that can be cut, and a disk each that keeps what
 * was persisted. Messages arrive in the order in which they were sent, without delay.
 */
import {
  type ConsensusEvent,
  type ConsensusNotice,
  type ConsensusState,
  type ConsensusTimings,
  createConsensus,
  DEFAULT_TIMINGS,
  founding,
  type HardState,
  type LogEntry,
  type Persist,
  type Schedule,
  type Send,
  step,
} from '../../../protocols/consensus/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'

/** The node that a test calls by one letter; ids on the wire are longer. */
export const nodeNamed = (name: string): NodeId => name.repeat(20)
export const nameOf = (node: NodeId): string => node.slice(0, 1)

interface Actor {
  state: ConsensusState
  hardState: HardState | null
  entries: readonly LogEntry[]
  readonly timers: Map<Schedule['timer'], { readonly dueMs: number; readonly token: number }>
  /** Share of the election time-out that it waits longer than the least; A is the least patient. */
  readonly patience: number
  isUp: boolean
}

/** What is told of a step, for tests that look. */
export interface Telling {
  onPersist(node: NodeId, persist: Persist): void
  onSend(from: NodeId, send: Send, isLost: boolean): void
  onNotice(node: NodeId, notice: ConsensusNotice): void
}

export class Stage {
  readonly #telling: Partial<Telling>
  readonly #timings: ConsensusTimings
  readonly #actors = new Map<NodeId, Actor>()
  readonly #cut = new Set<NodeId>()
  readonly #queue: { readonly from: NodeId; readonly send: Send }[] = []
  nowMs = 0

  constructor(telling: Partial<Telling> = {}, timings: ConsensusTimings = DEFAULT_TIMINGS) {
    this.#telling = telling
    this.#timings = timings
  }

  get nodes(): readonly NodeId[] {
    return [...this.#actors.keys()]
  }

  stateOf(node: NodeId): ConsensusState {
    return this.#actor(node).state
  }

  isUp(node: NodeId): boolean {
    return this.#actor(node).isUp
  }

  storedBy(node: NodeId): { readonly hardState: HardState | null; readonly entries: readonly LogEntry[] } {
    return this.#actor(node)
  }

  /** A machine with what its disk holds; founders get `founding`, joiners nothing. */
  enter(node: NodeId, { hardState, entries }: Persist = { hardState: null, entries: [] }): void {
    const patience = Math.min(0.9, 0.1 + this.#actors.size * 0.2)
    const state = createConsensus({ self: node, timings: this.#timings, hardState, entries })
    this.#actors.set(node, { state, hardState, entries, timers: new Map(), patience, isUp: true })
    this.give(node, { type: 'started' })
  }

  found(node: NodeId): void {
    this.enter(node, founding(node))
  }

  crash(node: NodeId): void {
    const actor = this.#actor(node)
    actor.isUp = false
    actor.timers.clear()
  }

  restart(node: NodeId): void {
    const actor = this.#actor(node)
    const { hardState, entries } = actor
    actor.isUp = true
    actor.state = createConsensus({ self: node, timings: this.#timings, hardState, entries })
    this.give(node, { type: 'started' })
  }

  /** What a cut node sends, and what is sent to it, is lost; also what is on its way. */
  cut(node: NodeId): void {
    this.#cut.add(node)
  }

  heal(node: NodeId): void {
    this.#cut.delete(node)
  }

  /** One event for one machine; its effects in their order. */
  give(node: NodeId, event: ConsensusEvent): void {
    const actor = this.#actor(node)
    const { state, effects } = step(actor.state, event, { nowMs: this.nowMs, random: () => actor.patience })
    actor.state = state
    if (effects.persist !== null) this.#persist(node, actor, effects.persist)
    for (const send of effects.send) {
      this.#telling.onSend?.(node, send, this.#isLost(node, send))
      this.#queue.push({ from: node, send })
    }
    for (const { timer, afterMs, token } of effects.schedule) {
      actor.timers.set(timer, { dueMs: this.nowMs + afterMs, token })
    }
    for (const notice of effects.notify) this.#telling.onNotice?.(node, notice)
  }

  /** Delivers until nothing is on its way, or until `isEnough`. */
  deliver(isEnough: () => boolean = () => false): void {
    while (!isEnough()) {
      const next = this.#queue.shift()
      if (next === undefined) return
      const { from, send } = next
      if (!this.#isLost(from, send)) this.give(send.to, { type: 'received', from, message: send.message })
    }
  }

  /** Lets time pass, timers fire in the order of their times, and everything they cause arrive. */
  pass(durationMs: number): void {
    const endMs = this.nowMs + durationMs
    this.deliver()
    for (let due = this.#nextTimer(endMs); due !== null; due = this.#nextTimer(endMs)) {
      this.nowMs = due.dueMs
      this.fire(due.node, due.timer)
      this.deliver()
    }
    this.nowMs = endMs
  }

  /** Fires a timer, early or not, as the interpreter would. */
  fire(node: NodeId, timer: Schedule['timer']): void {
    const actor = this.#actor(node)
    const set = actor.timers.get(timer)
    if (set === undefined) throw new Error(`${nameOf(node)} has set no ${timer} timer`)
    actor.timers.delete(timer)
    this.nowMs = Math.max(this.nowMs, set.dueMs)
    this.give(node, { type: 'timer', timer, token: set.token })
  }

  #nextTimer(endMs: number): { node: NodeId; timer: Schedule['timer']; dueMs: number } | null {
    const due = [...this.#actors]
      .flatMap(([node, { timers }]) => [...timers].map(([timer, { dueMs }]) => ({ node, timer, dueMs })))
      .filter(({ dueMs }) => dueMs <= endMs)
      .sort((a, b) => a.dueMs - b.dueMs)
    return due[0] ?? null
  }

  #persist(node: NodeId, actor: Actor, persist: Persist): void {
    actor.hardState = persist.hardState ?? actor.hardState
    const first = persist.entries[0]
    if (first !== undefined) {
      actor.entries = [...actor.entries.filter(({ index }) => index < first.index), ...persist.entries]
    }
    this.#telling.onPersist?.(node, persist)
  }

  #isLost(from: NodeId, { to }: Send): boolean {
    const target = this.#actors.get(to)
    return this.#cut.has(from) || this.#cut.has(to) || target === undefined || !target.isUp
  }

  #actor(node: NodeId): Actor {
    const actor = this.#actors.get(node)
    if (actor === undefined) throw new Error(`there is no ${nameOf(node)}`)
    return actor
  }
}
