/**
 * Whether the others reach this node, and through whom they may where they do not.
 *
 * Members that it is connected to directly judge, by dialling it back. One confirmed refusal is enough: a node that tells
 * relays which nobody needs is reached directly all the same.
 */
import type { DialBackAnswer } from '../../protocols/reach/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Clock, Random } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Path, Reach } from '../ports/network.ts'
import type { AddressBook } from './address-book.ts'
import { backoffMs } from './backoff.ts'
import type { DialBack } from './dial-back.ts'
import {
  JUDGEMENT_AGE_MS,
  JUDGEMENT_DELAY_MS,
  JUDGES_MAX,
  OWN_ADDRESSES_LOOK_MS,
  REFUSAL_CONFIRM_MS,
  RELAYS_WANTED,
} from './limits.ts'
import type { OwnAddresses } from './own-addresses.ts'
import type { Peers } from './peers.ts'
import { relayedAddress, relayIn } from './relayed-address.ts'
import type { Relays } from './relays.ts'

export interface ReachComponents {
  readonly logger: Logger
  readonly clock: Clock
  readonly random: Random
  readonly book: AddressBook
  readonly peers: Peers
  readonly relays: Relays
  readonly own: OwnAddresses
  readonly dialBack: DialBack
}

interface Judge {
  readonly dismissed: AbortController
  /** Null until it has answered. */
  answer: DialBackAnswer | null
}

export class MemberReach implements Reach {
  readonly #components: ReachComponents
  readonly #judges = new Map<NodeId, Judge>()
  #isReachable: boolean | null = null
  #relays: readonly NodeId[] = []
  /** At which the judges were asked to dial. */
  #asked: readonly string[] = []
  #running = false
  #cancelLook: () => void = () => {}

  constructor(components: ReachComponents) {
    this.#components = components
    components.dialBack.answer(() => this.#isReachable === false)
  }

  start(): void {
    this.#running = true
    this.#watchAddresses()
  }

  stop(): void {
    this.#running = false
    this.#cancelLook()
    this.#dismissAll()
  }

  pathTo(node: NodeId): Path | null {
    return this.#components.peers.pathTo(node)
  }

  isReachable(): boolean | null {
    return this.#isReachable
  }

  relays(): readonly NodeId[] {
    return this.#relays
  }

  setSilent(nodes: ReadonlySet<NodeId>): void {
    this.#components.relays.setSilent(nodes)
    this.#choose()
  }

  /** What is told of this node: relays first, for whoever reads it may not be able to do without. */
  addresses(): readonly string[] {
    return [...this.#relays.map(relayedAddress), ...this.#components.own.direct()]
  }

  /** The connections of a member have changed. */
  onMember(): void {
    this.#appoint()
    this.#choose()
  }

  /** True where the other is likely to get through, and this node is not. */
  leavesFirstTo(node: NodeId): boolean {
    return this.#isReachable !== false && this.#isSaidBehind(node)
  }

  #isSaidBehind(node: NodeId): boolean {
    const [first] = this.#components.book.of(node)
    return first !== undefined && relayIn(first) !== null
  }

  #watchAddresses(): void {
    const addresses = this.#components.own.direct()
    if (addresses.join() !== this.#asked.join()) {
      this.#asked = addresses
      this.#dismissAll()
      this.#isReachable = null
      this.onMember()
    }
    this.#cancelLook = this.#components.clock.after(OWN_ADDRESSES_LOOK_MS, () => this.#watchAddresses())
  }

  #dismissAll(): void {
    for (const { dismissed } of this.#judges.values()) dismissed.abort()
    this.#judges.clear()
  }

  /** Those connected directly, and not all of many; rather those that may carry. */
  #appoint(): void {
    if (!this.#running) return
    const { relays } = this.#components
    for (const [node, { dismissed }] of this.#judges) {
      if (relays.isUsable(node)) continue
      dismissed.abort()
      this.#judges.delete(node)
    }
    const usable = relays.usable().filter((node) => !this.#judges.has(node))
    const behind = usable.filter((node) => this.#isSaidBehind(node))
    const candidates = [...usable.filter((node) => !behind.includes(node)), ...behind]
    for (const node of candidates.slice(0, JUDGES_MAX - this.#judges.size)) {
      const judge: Judge = { dismissed: new AbortController(), answer: null }
      this.#judges.set(node, judge)
      void this.#hear(node, judge)
    }
  }

  async #hear(node: NodeId, judge: Judge): Promise<void> {
    const { random, logger } = this.#components
    const { signal } = judge.dismissed
    let failures = 0
    await this.#wait(JUDGEMENT_DELAY_MS, signal)
    while (!signal.aborted) {
      try {
        judge.answer = await this.#askTwice(node, signal)
        failures = 0
        this.#judge()
      } catch (error) {
        if (!signal.aborted)
          logger.debug({ error, peer: node }, 'a member did not say whether it reaches this node')
        failures += 1
      }
      const pauseMs = failures === 0 ? JUDGEMENT_AGE_MS : backoffMs(failures, random, JUDGEMENT_AGE_MS)
      await this.#wait(pauseMs, signal)
    }
  }

  async #askTwice(node: NodeId, signal: AbortSignal): Promise<DialBackAnswer> {
    const { dialBack } = this.#components
    const answer = await dialBack.ask(node, this.#asked, signal)
    if (answer.reached) return answer
    await this.#wait(REFUSAL_CONFIRM_MS, signal)
    return dialBack.ask(node, this.#asked, signal)
  }

  #wait(afterMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        cancel()
        signal.removeEventListener('abort', done)
        resolve()
      }
      const cancel = this.#components.clock.after(afterMs, done)
      signal.addEventListener('abort', done)
      if (signal.aborted) done()
    })
  }

  #judge(): void {
    const answers = [...this.#judges.values()].flatMap(({ answer }) => (answer === null ? [] : [answer]))
    this.#isReachable = answers.every(({ reached }) => reached)
    this.#choose()
  }

  /** Those that are relays stay as long as they can be. */
  #choose(): void {
    if (!this.#running) return
    const { logger, relays } = this.#components
    const fit = relays.usable().filter((node) => this.#judges.get(node)?.answer?.behind === false)
    const kept = this.#relays.filter((node) => fit.includes(node))
    const wanted = this.#isReachable === false ? RELAYS_WANTED : 0
    const chosen = [...new Set([...kept, ...fit])].slice(0, wanted)
    if (chosen.join() === this.#relays.join()) return
    this.#relays = chosen
    logger.info({ relays: chosen }, 'members that carry connections to this node')
  }
}
