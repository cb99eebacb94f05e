/**
 * Where the machines of one test play: a shared clock, a network that can be cut, and a disk each that keeps what
 * was persisted. Messages arrive in the order in which they were sent, without delay. A disk is as quick, unless it is slow.
 */
import {
  type ConsensusEffects,
  type ConsensusEvent,
  type ConsensusNotice,
  type ConsensusState,
  type ConsensusTimings,
  createConsensus,
  DEFAULT_TIMINGS,
  founding,
  type HardState,
  type LogEntry,
  type LogPoint,
  type Persist,
  type Schedule,
  type Send,
  type Snapshot,
  type StoreId,
  type StoreStamp,
  step,
} from '../../../protocols/consensus/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'

/** The node that a test calls by one letter; ids on the wire are longer. */
export const nodeNamed = (name: string): NodeId => name.repeat(20)
export const nameOf = (node: NodeId): string => node.slice(0, 1)

/** The store that a test calls `a2`: the second one of A. */
const storeNamed = (name: string): StoreStamp => ({ id: name.padEnd(32, '0'), boot: 1 })
export const storeNameOf = (store: StoreId): string => store.slice(0, 2)

/** What a machine finds when it starts again. */
interface Disk {
  readonly hardState: HardState | null
  readonly snapshot: Snapshot | null
  readonly base: LogPoint
  readonly entries: readonly LogEntry[]
}

const BLANK: Disk = { hardState: null, snapshot: null, base: { index: 0, term: 0 }, entries: [] }

interface Actor {
  state: ConsensusState
  disk: Disk
  /** Null where stores have no names. */
  store: StoreStamp | null
  readonly timers: Map<Schedule['timer'], { readonly dueMs: number; readonly token: number }>
  /** Share of the election time-out that it waits longer than the least; A is the least patient. */
  readonly patience: number
  isUp: boolean
  /** How long each write takes. */
  syncMs: number
  /** The write under way, and what is done once it is safe; events wait meanwhile. */
  writing: { readonly dueMs: number; readonly effects: ConsensusEffects } | null
  readonly waiting: ConsensusEvent[]
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
  #edges: ReadonlySet<NodeId> = new Set()
  nowMs = 0
  /** Whether the stores of machines that enter from here on have names. */
  areStoresNamed = false

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

  storedBy(node: NodeId): Disk {
    return this.#actor(node).disk
  }

  /** A machine with what its disk holds; founders get `founding`, joiners nothing. */
  enter(node: NodeId, { hardState, entries }: Pick<Disk, 'hardState' | 'entries'> = BLANK): void {
    const patience = Math.min(0.9, 0.1 + this.#actors.size * 0.2)
    const disk = { ...BLANK, hardState, entries }
    const store = this.areStoresNamed ? storeNamed(`${nameOf(node).toLowerCase()}1`) : null
    const state = createConsensus({ self: node, timings: this.#timings, store, ...disk })
    this.#actors.set(node, {
      state,
      disk,
      store,
      timers: new Map(),
      patience,
      isUp: true,
      syncMs: 0,
      writing: null,
      waiting: [],
    })
    this.give(node, { type: 'started' })
  }

  found(node: NodeId): void {
    this.enter(node, founding(node))
  }

  crash(node: NodeId): void {
    const actor = this.#actor(node)
    actor.isUp = false
    actor.timers.clear()
    actor.writing = null
    actor.waiting.length = 0
  }

  /** From now on each write takes so long. */
  slow(node: NodeId, syncMs: number): void {
    this.#actor(node).syncMs = syncMs
  }

  restart(node: NodeId): void {
    const actor = this.#actor(node)
    const { store } = actor
    actor.isUp = true
    actor.store = store === null ? null : { ...store, boot: store.boot + 1 }
    actor.state = createConsensus({ self: node, timings: this.#timings, store: actor.store, ...actor.disk })
    this.give(node, { type: 'started' })
    this.give(node, { type: 'edges', nodes: this.#edges })
  }

  setEdges(nodes: readonly NodeId[]): void {
    this.#edges = new Set(nodes)
    for (const node of this.nodes) this.give(node, { type: 'edges', nodes: this.#edges })
  }

  /** A machine that is down gets its next store: a blank one, or a copy of the one that it had. */
  replaceStore(node: NodeId, kind: 'blank' | 'copy'): void {
    const actor = this.#actor(node)
    const number = Number(storeNameOf(actor.store?.id ?? '').slice(1)) + 1
    actor.store = { ...storeNamed(`${nameOf(node).toLowerCase()}${number}`), boot: 0 }
    if (kind === 'blank') actor.disk = BLANK
  }

  /** What a cut node sends, and what is sent to it, is lost; also what is on its way. */
  cut(node: NodeId): void {
    this.#cut.add(node)
  }

  heal(node: NodeId): void {
    this.#cut.delete(node)
  }

  /** One event for one machine; its effects in their order, once what it writes is safe. */
  give(node: NodeId, event: ConsensusEvent): void {
    const actor = this.#actor(node)
    if (actor.writing !== null) {
      actor.waiting.push(event)
      return
    }
    const { state, effects } = step(actor.state, event, { nowMs: this.nowMs, random: () => actor.patience })
    actor.state = state
    if (effects.persist === null || actor.syncMs === 0) this.#finish(node, actor, effects)
    else actor.writing = { dueMs: this.nowMs + actor.syncMs, effects }
  }

  #finish(node: NodeId, actor: Actor, effects: ConsensusEffects): void {
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
    while (!isEnough() && this.deliverNext());
  }

  /** Delivers the oldest message on its way; false where there is none. */
  deliverNext(): boolean {
    const next = this.#queue.shift()
    if (next === undefined) return false
    const { from, send } = next
    if (!this.#isLost(from, send)) this.give(send.to, { type: 'received', from, message: send.message })
    return true
  }

  /** Lets time pass: timers fire and writes end in the order of their times, and everything they cause arrives. */
  pass(durationMs: number): void {
    const endMs = this.nowMs + durationMs
    this.deliver()
    for (let due = this.#next(endMs); due !== null; due = this.#next(endMs)) {
      this.nowMs = due.dueMs
      due.happen()
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

  #next(endMs: number): { readonly dueMs: number; happen(): void } | null {
    const due = [...this.#actors].flatMap(([node, actor]) => [
      ...[...actor.timers].map(([timer, { dueMs }]) => ({ dueMs, happen: () => this.fire(node, timer) })),
      ...(actor.writing === null
        ? []
        : [{ dueMs: actor.writing.dueMs, happen: () => this.#written(node, actor) }]),
    ])
    return due.filter(({ dueMs }) => dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs)[0] ?? null
  }

  /** What a machine wrote is safe: it goes on with that, and with what waited. */
  #written(node: NodeId, actor: Actor): void {
    const { writing } = actor
    actor.writing = null
    if (writing !== null) this.#finish(node, actor, writing.effects)
    for (const event of actor.waiting.splice(0)) this.give(node, event)
  }

  #persist(node: NodeId, actor: Actor, persist: Persist): void {
    const { compaction, entries } = persist
    const { base, lastIndex } = compaction ?? { base: actor.disk.base, lastIndex: Number.POSITIVE_INFINITY }
    const end = Math.min(lastIndex, (entries[0]?.index ?? Number.POSITIVE_INFINITY) - 1)
    actor.disk = {
      hardState: persist.hardState ?? actor.disk.hardState,
      snapshot: compaction?.snapshot ?? actor.disk.snapshot,
      base,
      entries: [...actor.disk.entries.filter(({ index }) => index > base.index && index <= end), ...entries],
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
