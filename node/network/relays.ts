/** Which members may carry a connection now: those connected directly that answer. */
import type { NodeId } from '../../protocols/wire/index.ts'
import { RELAYS_TRIED_MAX } from './limits.ts'
import type { Peers } from './peers.ts'

export class Relays {
  readonly #peers: Peers
  #silent: ReadonlySet<NodeId> = new Set()

  constructor(components: { readonly peers: Peers }) {
    this.#peers = components.peers
  }

  isSilent(node: NodeId): boolean {
    return this.#silent.has(node)
  }

  /** Replaces who does not answer, and ends what goes through those. */
  setSilent(nodes: ReadonlySet<NodeId>): void {
    const before = this.#silent
    this.#silent = new Set(nodes)
    for (const node of nodes) if (!before.has(node)) this.#peers.closeThrough(node)
  }

  isUsable(node: NodeId): boolean {
    return !this.#silent.has(node) && this.#peers.pathTo(node)?.through === null
  }

  /** Nearest first. */
  usable(): readonly NodeId[] {
    const nodes = this.#peers.connected().filter((node) => this.isUsable(node))
    const rttOf = (node: NodeId): number => this.#peers.preferred(node)?.rtt ?? Number.POSITIVE_INFINITY
    return nodes.sort((a, b) => Math.sign(rttOf(a) - rttOf(b)) || 0)
  }

  /** Whom to ask for the way to a member, besides the relays that it told. */
  guesses(node: NodeId, told: readonly NodeId[]): readonly NodeId[] {
    if (this.#silent.has(node)) return []
    const others = this.usable().filter((relay) => relay !== node && !told.includes(relay))
    return others.slice(0, RELAYS_TRIED_MAX)
  }
}
