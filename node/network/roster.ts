/**
 * Keeps every member connected: dials those that are not, with exponential back-off and full jitter.
 *
 * libp2p's own keep-alive gives up after five tries; this one does not while the node is a member. A connection that
 * ends as soon as it is made counts as a failure, so a peer that refuses us is not dialled in a loop.
 */
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Clock, Random } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import { backoffMs } from './backoff.ts'
import type { Dialer } from './dialer.ts'
import type { Gate } from './gate.ts'
import {
  DIAL_BACKOFF_FLOOR_MS,
  NODE_DIAL_TIMEOUT_MS,
  SECOND_DIALER_DELAY_MS,
  STEADY_CONNECTION_MS,
} from './limits.ts'
import type { Peers } from './peers.ts'
import type { MemberReach } from './reach.ts'

export interface RosterComponents {
  readonly logger: Logger
  readonly random: Random
  readonly clock: Clock
  readonly gate: Gate
  readonly peers: Peers
  readonly dialer: Dialer
  readonly reach: MemberReach
}

interface Member {
  /** Null while it is not connected. */
  connectedAtMs: number | null
  failures: number
  /** Ends the wait for the next try. */
  cancelWait(): void
  /** The try under way. */
  attempt: AbortController | null
}

export class Roster {
  readonly #components: RosterComponents
  readonly #self: NodeId
  readonly #members = new Map<NodeId, Member>()
  #running = false

  constructor(components: RosterComponents, init: { readonly self: NodeId }) {
    this.#components = components
    this.#self = init.self
  }

  start(): void {
    this.#running = true
    this.onMembersChanged()
  }

  stop(): void {
    this.#running = false
    for (const member of this.#members.values()) halt(member)
    this.#members.clear()
  }

  onMembersChanged(): void {
    if (!this.#running) return
    const { clock, gate, peers } = this.#components
    for (const [node, member] of this.#members) {
      if (gate.isAdmitted(node)) continue
      halt(member)
      this.#members.delete(node)
    }
    for (const node of gate.members) {
      if (node === this.#self || this.#members.has(node) || gate.isBarred(node)) continue
      const connectedAtMs = peers.isConnected(node) ? clock.nowMs() : null
      const member: Member = { connectedAtMs, failures: 0, cancelWait: () => {}, attempt: null }
      this.#members.set(node, member)
      if (connectedAtMs === null) this.#schedule(node, member)
    }
  }

  onConnected(node: NodeId): void {
    const member = this.#members.get(node)
    if (member === undefined) return
    // A try under way may be the one that has just succeeded, so it is left alone.
    member.cancelWait()
    member.connectedAtMs ??= this.#components.clock.nowMs()
  }

  onDisconnected(node: NodeId): void {
    const member = this.#members.get(node)
    if (member === undefined || member.connectedAtMs === null) return
    const steady = this.#components.clock.nowMs() - member.connectedAtMs >= STEADY_CONNECTION_MS
    member.connectedAtMs = null
    member.failures = steady ? 0 : member.failures + 1
    this.#schedule(node, member)
  }

  /** A new address is a new chance: tries at once, and starts over with the back-off. */
  onAddressLearned(node: NodeId): void {
    const member = this.#members.get(node)
    if (member === undefined || member.connectedAtMs !== null) return
    member.failures = 0
    this.#schedule(node, member)
  }

  #schedule(node: NodeId, member: Member): void {
    halt(member)
    const { clock, random } = this.#components
    const delayMs = member.failures === 0 ? this.#firstDelayMs(node) : backoffMs(member.failures, random)
    member.cancelWait = clock.after(delayMs, () => void this.#dial(node, member))
  }

  /** Both sides lose a connection at the same moment; who alone gets through goes first, or else the smaller id. */
  #firstDelayMs(node: NodeId): number {
    const { random, reach } = this.#components
    if (this.#self < node && !reach.leavesFirstTo(node)) return random() * DIAL_BACKOFF_FLOOR_MS
    return ((1 + random()) / 2) * SECOND_DIALER_DELAY_MS
  }

  async #dial(node: NodeId, member: Member): Promise<void> {
    const { clock, dialer, logger, peers } = this.#components
    const attempt = new AbortController()
    member.attempt = attempt
    const cancelDeadline = clock.after(NODE_DIAL_TIMEOUT_MS, () =>
      attempt.abort(new Error('it took too long')),
    )
    try {
      await peers.introduce(await dialer.connect(node, attempt.signal))
    } catch (error) {
      if (member.failures === 0) logger.debug({ error, node }, 'a member could not be reached')
    } finally {
      cancelDeadline()
    }
    if (member.attempt !== attempt) return
    member.attempt = null
    if (member.connectedAtMs !== null) return
    member.failures += 1
    this.#schedule(node, member)
  }
}

const halt = (member: Member): void => {
  member.cancelWait()
  member.attempt?.abort(new Error('it is no longer needed'))
  member.attempt = null
}
