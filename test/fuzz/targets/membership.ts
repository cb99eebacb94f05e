import type { Random } from '../../../node/ports/clock.ts'
import { chance, pick } from '../../../node/simulation/random.ts'
import {
  createMembership,
  MEMBERSHIP_TIMINGS,
  type MembershipEffect,
  type MembershipEvent,
  type MembershipState,
  type MembershipTimer,
  membershipCodec,
  membersOf,
  step,
} from '../../../protocols/membership/index.ts'
import { FRAME_BYTES_MAX } from '../../../protocols/wire/index.ts'
import { NODE_PATTERN, NODES, SELF, STRANGER } from '../authors.ts'
import { assertRoundTrip, frameFrom, sourceOf } from '../frames.ts'
import { breach, type Subject, type Target, unbroken } from '../target.ts'

const words = new Map([[NODE_PATTERN, [...NODES, STRANGER.node]]])
const source = sourceOf(membershipCodec.schema, words)
const TICK_MS = 120
/** Timers of one machine that wait at one time: a round, pings for others, and for each member a probe and suspicions. */
const TIMERS_MAX = 1_000

const JUDGED_EVERY = 4

/** A machine among seven members, with its clock and timers. */
class Machine {
  #state: MembershipState
  #timers: MembershipTimer[] = []
  #nowMs = 1_000
  readonly #random: Random
  #sent = 0
  #steps = 0

  constructor(random: Random) {
    this.#random = random
    this.#state = createMembership({
      self: SELF.node,
      incarnation: 5,
      addresses: ['/ip4/192.0.2.1/tcp/7946'],
      timings: MEMBERSHIP_TIMINGS,
    })
    this.step({ type: 'started' })
    this.step({ type: 'roster', members: new Set(NODES) })
  }

  step(event: MembershipEvent): void {
    const before = this.#state.own.incarnation
    const env = { nowMs: this.#nowMs, random: this.#random }
    const { state, effects } = unbroken('the machine', () => step(this.#state, event, env))
    if (state.own.incarnation < before) breach('the own incarnation fell')
    this.#state = state
    this.#steps++
    for (const effect of effects) this.#judge(effect)
    this.#judgeBounds()
  }

  /** A message from any member, then the time until the next one, in which timers fire. */
  receive(frame: Uint8Array): void {
    const message = membershipCodec.decode(frame)
    assertRoundTrip(membershipCodec, message)
    const from = chance(this.#random, 0.05) ? STRANGER.node : pick(this.#random, NODES.slice(1))
    this.step({ type: 'received', from, message })
    this.#nowMs += this.#random() * TICK_MS
    const due = this.#timers.filter(({ dueMs }) => dueMs <= this.#nowMs)
    this.#timers = this.#timers.filter(({ dueMs }) => dueMs > this.#nowMs)
    for (const timer of due) this.step({ type: 'timer', timer })
  }

  get fingerprint(): string {
    return `${this.#steps} ${this.#state.own.incarnation} ${this.#state.probeNumber}`
  }

  #judge(effect: MembershipEffect): void {
    if (effect.type === 'schedule') this.#timers.push(effect.timer)
    if (effect.type !== 'send') return
    if (!NODES.includes(effect.to)) breach('it wrote to a stranger')
    this.#sent++
    // Each message that goes out repeats most of the one before: reading some of them back tells as much.
    if (this.#sent % JUDGED_EVERY !== 0) return
    const bytes = unbroken('a sent message', () => membershipCodec.encode(effect.message))
    if (bytes.byteLength > FRAME_BYTES_MAX) breach(`it sent ${bytes.byteLength} bytes`)
    unbroken('reading a sent message', () => membershipCodec.decode(bytes))
  }

  #judgeBounds(): void {
    const { outbox, probes, lap } = this.#state
    if (membersOf(this.#state).length > NODES.length) breach('it knows more members than the roster')
    for (const list of [[...outbox], [...probes], lap.order])
      if (list.length > NODES.length) breach(`a table of ${list.length} for ${NODES.length} members`)
    if (this.#timers.length > TIMERS_MAX) breach(`${this.#timers.length} timers wait`)
  }
}

const open = (random: Random): Subject => {
  const machine = new Machine(random)
  return {
    make: (own) => frameFrom(own, source),
    take: (frame) => machine.receive(frame),
    fingerprint: () => machine.fingerprint,
  }
}

export const membershipTarget: Target = { name: 'membership', codes: ['malformedMessage'], open }
