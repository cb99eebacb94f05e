/** How far the wall clocks of peers are from this node's, as their answers told (Cristian, 1989). */
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'

/** An answer that took longer says too little: it may have been written at any time between. */
const ANSWER_MS_MAX = 500

export class PeerClocks {
  readonly #clock: Clock
  /** Peer -> its wall clock less this process's own clock, which nobody sets. */
  readonly #offsets = new Map<NodeId, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Takes note of an answer that just came, to what was asked at `askedAtMs` of this process's own clock. */
  note(peer: NodeId, wallMs: number | undefined, askedAtMs: number): void {
    const answeredAtMs = this.#clock.nowMs()
    if (wallMs === undefined || answeredAtMs - askedAtMs > ANSWER_MS_MAX) return
    this.#offsets.set(peer, wallMs - (askedAtMs + answeredAtMs) / 2)
  }

  /** By peer, how far its clock is ahead of this node's; below 0 where it is behind. */
  aheadMs(): ReadonlyMap<NodeId, number> {
    const own = this.#clock.wallMs() - this.#clock.nowMs()
    return new Map([...this.#offsets].map(([peer, offset]) => [peer, Math.round(offset - own)]))
  }

  forget(peer: NodeId): void {
    this.#offsets.delete(peer)
  }
}
