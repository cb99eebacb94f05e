/** From a relayed path to a direct one: dials directly, now and then, each member that is reached through another alone. */
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Clock, Random } from '../ports/clock.ts'
import { backoffMs } from './backoff.ts'
import type { Dialer } from './dialer.ts'
import { DIAL_BACKOFF_FLOOR_MS, DIRECT_TRY_CEILING_MS, NODE_DIAL_TIMEOUT_MS } from './limits.ts'
import type { Peers } from './peers.ts'

export interface DirectTriesComponents {
  readonly clock: Clock
  readonly random: Random
  readonly peers: Peers
  readonly dialer: Dialer
}

interface Search {
  failures: number
  /** Ends the wait for the next try. */
  cancelWait(): void
  trying: boolean
}

export class DirectTries {
  readonly #components: DirectTriesComponents
  readonly #searches = new Map<NodeId, Search>()

  constructor(components: DirectTriesComponents) {
    this.#components = components
  }

  stop(): void {
    for (const node of [...this.#searches.keys()]) this.#end(node)
  }

  /** The connections of a member have changed. */
  onMember(node: NodeId): void {
    const path = this.#components.peers.pathTo(node)
    if (path === null || path.through === null) {
      this.#end(node)
      return
    }
    if (this.#searches.has(node)) return
    const search: Search = { failures: 0, cancelWait: () => {}, trying: false }
    this.#searches.set(node, search)
    this.#schedule(node, search)
  }

  /** A new address is a new chance. */
  onAddressLearned(node: NodeId): void {
    const search = this.#searches.get(node)
    if (search === undefined || search.trying) return
    search.failures = 0
    this.#schedule(node, search)
  }

  /** A try under way may be the one that has just succeeded, so it is left alone. */
  #end(node: NodeId): void {
    this.#searches.get(node)?.cancelWait()
    this.#searches.delete(node)
  }

  #schedule(node: NodeId, search: Search): void {
    const { clock, random } = this.#components
    search.cancelWait()
    const delayMs =
      search.failures === 0
        ? random() * DIAL_BACKOFF_FLOOR_MS
        : backoffMs(search.failures, random, DIRECT_TRY_CEILING_MS)
    search.cancelWait = clock.after(delayMs, () => void this.#try(node, search))
  }

  async #try(node: NodeId, search: Search): Promise<void> {
    const { clock, dialer } = this.#components
    const late = new AbortController()
    const cancelDeadline = clock.after(NODE_DIAL_TIMEOUT_MS, () => late.abort(new Error('it took too long')))
    search.trying = true
    // A success is told of as a connection.
    await dialer.dialDirectly(node, late.signal).catch(() => {})
    search.trying = false
    cancelDeadline()
    if (this.#searches.get(node) !== search) return
    search.failures += 1
    this.#schedule(node, search)
  }
}
