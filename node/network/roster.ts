/**
 * Keeps every member connected: dials those that are not, with exponential back-off and full jitter.
 *
 * libp2p's own keep-alive gives up after five tries; this one does not while the node is a member.
 */
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Clock, Random } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import { backoffMs } from './backoff.ts'
import type { Dialer } from './dialer.ts'
import type { Gate } from './gate.ts'
import { DIAL_BACKOFF_FLOOR_MS, NODE_DIAL_TIMEOUT_MS, SECOND_DIALER_DELAY_MS } from './limits.ts'
import type { Peers } from './peers.ts'

export interface RosterComponents {
  readonly logger: Logger
  readonly random: Random
  readonly clock: Clock
  readonly gate: Gate
  readonly peers: Peers
  readonly dialer: Dialer
}

interface Absent {
  failures: number
  dialling: boolean
  cancel(): void
}

export class Roster {
  readonly #components: RosterComponents
  readonly #self: NodeId
  /** Members that are not connected. */
  readonly #absent = new Map<NodeId, Absent>()
  #running = false
  #stopped = new AbortController()

  constructor(components: RosterComponents, init: { readonly self: NodeId }) {
    this.#components = components
    this.#self = init.self
  }

  start(): void {
    this.#running = true
    this.#stopped = new AbortController()
    this.onMembersChanged()
  }

  stop(): void {
    this.#running = false
    this.#stopped.abort(new Error('the network stops'))
    for (const absent of this.#absent.values()) absent.cancel()
    this.#absent.clear()
  }

  onMembersChanged(): void {
    const { gate } = this.#components
    for (const node of this.#absent.keys()) if (!gate.isMember(node)) this.#drop(node)
    for (const node of gate.members) this.onDisconnected(node)
  }

  onConnected(node: NodeId): void {
    this.#drop(node)
  }

  onDisconnected(node: NodeId): void {
    const { gate, peers } = this.#components
    if (!this.#running || node === this.#self || !gate.isMember(node)) return
    if (this.#absent.has(node) || peers.newest(node) !== null) return
    const absent: Absent = { failures: 0, dialling: false, cancel: () => {} }
    this.#absent.set(node, absent)
    this.#schedule(node, absent, this.#firstDelayMs(node))
  }

  /** A new address is a new chance: tries at once, and starts over with the back-off. */
  onAddressLearned(node: NodeId): void {
    const absent = this.#absent.get(node)
    if (absent === undefined) return
    absent.failures = 0
    if (!absent.dialling) this.#schedule(node, absent, this.#firstDelayMs(node))
  }

  /** Both sides lose a connection at the same moment; the smaller id goes first. */
  #firstDelayMs(node: NodeId): number {
    const { random } = this.#components
    if (this.#self < node) return random() * DIAL_BACKOFF_FLOOR_MS
    return SECOND_DIALER_DELAY_MS / 2 + (random() * SECOND_DIALER_DELAY_MS) / 2
  }

  #schedule(node: NodeId, absent: Absent, delayMs: number): void {
    absent.cancel()
    absent.cancel = this.#components.clock.after(delayMs, () => void this.#dial(node, absent))
  }

  async #dial(node: NodeId, absent: Absent): Promise<void> {
    const { clock, dialer, logger, random } = this.#components
    const deadline = new AbortController()
    const cancelDeadline = clock.after(NODE_DIAL_TIMEOUT_MS, () =>
      deadline.abort(new Error('it took too long')),
    )
    const failuresBefore = absent.failures
    absent.dialling = true
    try {
      await dialer.connect(node, AbortSignal.any([deadline.signal, this.#stopped.signal]))
      this.#drop(node)
    } catch (error) {
      if (absent.failures === 0) logger.debug({ error, node }, 'a member could not be reached')
    } finally {
      absent.dialling = false
      cancelDeadline()
    }
    if (this.#absent.get(node) !== absent) return
    // An address that was learned meanwhile has set the count back, and is tried without a wait.
    const learned = absent.failures < failuresBefore
    absent.failures += 1
    this.#schedule(node, absent, learned ? this.#firstDelayMs(node) : backoffMs(absent.failures, random))
  }

  #drop(node: NodeId): void {
    this.#absent.get(node)?.cancel()
    this.#absent.delete(node)
  }
}
