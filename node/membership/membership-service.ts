import {
  createMembership,
  type MemberChange,
  type MembershipEffect,
  type MembershipEvent,
  type MembershipState,
  type MembershipTimer,
  type MemberView,
  memberOf,
  membersOf,
  step,
} from '../../protocols/membership/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import { createEventQueue } from './event-queue.ts'
import { loadIncarnation, saveIncarnation } from './incarnation-record.ts'
import type { MembershipComponents, MembershipService, MembershipServiceInit } from './types.ts'

/** How often the own addresses are looked at: an interface that comes up is announced within this. */
const ADDRESSES_INTERVAL_MS = 5_000

/** As many addresses as a message carries. */
const ADDRESSES_MAX = 16

/** Membership of one node; see the face. `start` throws `storeCorrupt` and `storeFailed`. */
export const createMembershipService = (
  components: MembershipComponents,
  init: MembershipServiceInit,
): MembershipService => new Membership(components, init)

class Membership implements MembershipService {
  readonly #components: MembershipComponents
  readonly #init: MembershipServiceInit
  readonly #queue = createEventQueue(
    (event) => this.#handle(event),
    (error, { type }) =>
      this.#components.logger.error({ error, event: type }, 'membership could not act on an event'),
  )
  readonly #listeners = new Set<(change: MemberChange) => void>()
  readonly #cancels = new Set<() => void>()
  /** Null before it starts, and when it has stopped. */
  #state: MembershipState | null = null
  #roster: ReadonlySet<NodeId> = new Set()

  constructor(components: MembershipComponents, init: MembershipServiceInit) {
    this.#components = components
    this.#init = init
  }

  async start(): Promise<void> {
    const { connections, channel, records } = this.#components
    const incarnation = (await loadIncarnation(records)) + 1
    const addresses = this.#addresses()
    this.#state = createMembership({ ...this.#init, incarnation, addresses })
    await this.#queue.push({ type: 'started' })
    channel.onMessage((from, message) => this.#happen({ type: 'received', from, message }))
    this.#cancels.add(
      connections.onPeer(({ type, peer }) => {
        this.#announceAddresses()
        this.#happen({ type, peer })
      }),
    )
    this.#happen({ type: 'roster', members: this.#roster })
    this.#watchAddresses()
  }

  async stop(): Promise<void> {
    for (const cancel of this.#cancels) cancel()
    this.#cancels.clear()
    this.#state = null
    await this.#queue.idle()
  }

  members(): readonly MemberView[] {
    return this.#state === null ? [] : membersOf(this.#state)
  }

  member(node: NodeId): MemberView | null {
    return this.#state === null ? null : memberOf(this.#state, node)
  }

  setRoster(nodes: ReadonlySet<NodeId>): void {
    this.#roster = nodes
    this.#happen({ type: 'roster', members: nodes })
  }

  onChange(listener: (change: MemberChange) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  leave(): Promise<void> {
    return this.#queue.push({ type: 'leave' })
  }

  #addresses(): readonly string[] {
    return this.#components.connections.addresses().slice(0, ADDRESSES_MAX)
  }

  #announceAddresses(): void {
    this.#happen({ type: 'addresses', addresses: this.#addresses() })
  }

  #watchAddresses(): void {
    this.#after(ADDRESSES_INTERVAL_MS, () => {
      this.#announceAddresses()
      this.#watchAddresses()
    })
  }

  #after(afterMs: number, task: () => void): void {
    const cancel = this.#components.clock.after(afterMs, () => {
      this.#cancels.delete(cancel)
      task()
    })
    this.#cancels.add(cancel)
  }

  /** Queues an event that nobody waits for. */
  #happen(event: MembershipEvent): void {
    if (this.#state === null) return
    this.#queue.post(event)
  }

  /** A step that could not be persisted did not happen, as if its message had been lost. */
  #handle(event: MembershipEvent): Promise<void> | undefined {
    if (this.#state === null) return
    const { clock, random, records } = this.#components
    const { state, effects } = step(this.#state, event, { nowMs: clock.nowMs(), random })
    const proceed = (): void => {
      if (this.#state === null) return
      this.#state = state
      for (const effect of effects) this.#carryOut(effect)
    }
    const [first] = effects
    if (first?.type === 'persist') return saveIncarnation(records, first.incarnation).then(proceed)
    proceed()
  }

  #carryOut(effect: MembershipEffect): void {
    switch (effect.type) {
      case 'send':
        this.#components.channel.send(effect.to, effect.message)
        break
      case 'schedule':
        this.#schedule(effect.afterMs, effect.timer)
        break
      case 'changed':
        this.#notify(effect.change)
    }
  }

  #schedule(afterMs: number, timer: MembershipTimer): void {
    this.#after(afterMs, () => this.#happen({ type: 'timer', timer }))
  }

  #notify(change: MemberChange): void {
    const { connections, logger } = this.#components
    const { member, previous } = change
    if (member !== null && member.addresses.length > 0) connections.learn(member.node, member.addresses)
    if (member?.state !== previous?.state)
      logger.info(
        { member: (member ?? previous)?.node, state: member?.state ?? 'removed', was: previous?.state },
        'a member changed',
      )
    for (const listener of this.#listeners) {
      try {
        listener(change)
      } catch (error) {
        logger.error({ error }, 'a membership listener failed')
      }
    }
  }
}
