import type { Random } from '../../../node/ports/clock.ts'
import { chance, pick } from '../../../node/simulation/random.ts'
import {
  type ConsensusEvent,
  type ConsensusNotice,
  type ConsensusState,
  type ConsensusStep,
  completed,
  configurationCodec,
  consensusMessageCodec,
  createConsensus,
  DEFAULT_TIMINGS,
  type FollowBatch,
  type Persist,
  type Receipt,
  type Schedule,
  SNAPSHOT_BYTES_MAX,
  step,
  takePiece,
} from '../../../protocols/consensus/index.ts'
import { FRAME_BYTES_MAX } from '../../../protocols/wire/index.ts'
import { NODES, SELF } from '../authors.ts'
import { breach, unbroken } from '../target.ts'

/** The node itself and two others. */
export const VOTERS = NODES.slice(0, 3)
const TICK_MS = 200
/** Greatest term and index that a message may name; a machine that was told of it can name no later one. */
const COUNT_MAX = 2 ** 48

/** What is on the disk of a machine, by the order in which it was told to write. */
interface Stored {
  baseIndex: number
  lastIndex: number
  term: number
}

/** A voter with its clock, its timers and its disk; it judges each of its own steps. */
export class ConsensusMachine {
  state: ConsensusState
  readonly #random: Random
  readonly #stored: Stored = { baseIndex: 0, lastIndex: 1, term: 1 }
  #timers = new Map<string, Schedule & { readonly dueMs: number }>()
  #nowMs = 1_000
  #steps = 0
  #told = 0
  #receipt: Receipt | null = null

  constructor(random: Random) {
    this.#random = random
    const data = configurationCodec.encode({ voters: VOTERS, votersOutgoing: [], learners: [] })
    this.state = createConsensus({
      self: SELF.node,
      timings: DEFAULT_TIMINGS,
      hardState: { term: 1, votedFor: null, commitIndex: 1 },
      entries: [{ index: 1, term: 1, kind: 'configuration', data }],
    })
    this.step({ type: 'started' })
    if (chance(random, 0.6)) this.#campaign()
  }

  step(event: ConsensusEvent): void {
    const before = this.state
    const env = { nowMs: this.#nowMs, random: this.#random }
    const { state, effects } = unbroken('the machine', () => step(before, event, env))
    this.state = state
    this.#steps++
    this.#judge(before)
    if (effects.persist !== null) this.#persist(effects.persist)
    for (const { message } of effects.send) this.#judgeMessage(message)
    for (const each of effects.schedule)
      this.#timers.set(each.timer, { ...each, dueMs: this.#nowMs + each.afterMs })
    for (const notice of effects.notify) this.#hear(notice)
  }

  /** Lets time pass; what is due wakes the machine. */
  wake(random: Random): void {
    this.#nowMs += random() * TICK_MS
    for (const [timer, { token, dueMs }] of [...this.#timers]) {
      if (dueMs > this.#nowMs) continue
      this.#timers.delete(timer)
      this.step({ type: 'timer', timer: timer as Schedule['timer'], token })
    }
  }

  /** As `node/consensus` takes a batch of the log. */
  follow({ entries, commitIndex, snapshot }: FollowBatch): void {
    if (snapshot === undefined) {
      this.step({ type: 'followed', entries, commitIndex })
      return
    }
    this.#receipt = unbroken('a piece', () => takePiece(this.#receipt, snapshot))
    const whole =
      this.#receipt === null
        ? null
        : unbroken('a snapshot', () => completed(this.#receipt as Receipt, snapshot))
    if (whole === null) return
    this.#receipt = null
    this.step({ type: 'followedSnapshot', snapshot: whole })
  }

  get fingerprint(): string {
    const { role, term, votedFor, log, commitIndex } = this.state
    return `${this.#steps} ${role} ${term} ${votedFor} ${log.lastIndex} ${log.lastTerm} ${commitIndex}`
  }

  /** Stands for election, and wins it more often than not. */
  #campaign(): void {
    this.#nowMs += 3 * DEFAULT_TIMINGS.electionMs
    this.wake(this.#random)
    for (const type of ['preVoteReply', 'voteReply'] as const) {
      const term = this.state.term + (type === 'preVoteReply' ? 1 : 0)
      const message = { type, term, granted: chance(this.#random, 0.9) } as const
      this.step({ type: 'received', from: pick(this.#random, VOTERS.slice(1)), message })
    }
  }

  #judge(before: ConsensusState): void {
    const { state } = this
    const { term, commitIndex, log, snapshot } = state
    if (term < before.term) breach(`the term fell from ${before.term} to ${term}`)
    if (commitIndex < before.commitIndex)
      breach(`the commit index fell from ${before.commitIndex} to ${commitIndex}`)
    if (commitIndex > log.lastIndex)
      breach(`${commitIndex} is committed, and the log ends at ${log.lastIndex}`)
    if (log.base.index > (snapshot?.index ?? 0)) breach('nothing stands for the beginning of the log')
    if (term === before.term && before.votedFor !== null && state.votedFor !== before.votedFor)
      breach('a vote was taken back')
    const was = before.log.termAt(before.commitIndex)
    const is = log.termAt(before.commitIndex)
    if (was !== null && is !== null && was !== is)
      breach(`entry ${before.commitIndex} was committed and changed`)
    if (
      !log
        .slice(log.base.index + 1, log.lastIndex)
        .every(({ index }, at) => index === log.base.index + 1 + at)
    )
      breach('the log has a gap')
    if (state.configurations.length === 0) breach('no configuration is left')
    if (state.role !== 'follower' && state.role !== 'leader' && state.votes.size > NODES.length)
      breach(`${state.votes.size} votes`)
    const held = state.role === 'follower' && state.receiving !== null ? state.receiving.received : 0
    if (held > SNAPSHOT_BYTES_MAX) breach(`${held} bytes of a snapshot are held`)
  }

  /** Keeps what a disk keeps, and sees that it stays whole. */
  #persist({ hardState, entries, compaction }: Persist): void {
    if (hardState !== null) {
      if (hardState.term < this.#stored.term) breach('a lower term was stored')
      this.#stored.term = hardState.term
    }
    if (compaction !== null) {
      this.#stored.baseIndex = compaction.base.index
      this.#stored.lastIndex = compaction.lastIndex
    }
    for (const [at, { index }] of entries.entries()) {
      if (index <= this.#stored.baseIndex || (at === 0 && index > this.#stored.lastIndex + 1))
        breach(`entry ${index} was stored after ${this.#stored.lastIndex}`)
      this.#stored.lastIndex = index
    }
    if (this.#stored.lastIndex !== this.state.log.lastIndex)
      breach(`the disk ends at ${this.#stored.lastIndex}, the log at ${this.state.log.lastIndex}`)
  }

  #judgeMessage(message: ConsensusStep['effects']['send'][number]['message']): void {
    const bytes = unbroken('a sent message', () => consensusMessageCodec.encode(message))
    if (bytes.byteLength > FRAME_BYTES_MAX) breach(`it sent ${bytes.byteLength} bytes`)
    if (message.term <= COUNT_MAX && this.state.log.lastIndex <= COUNT_MAX)
      unbroken('reading a sent message', () => consensusMessageCodec.decode(bytes))
  }

  #hear(notice: ConsensusNotice): void {
    if (notice.type === 'snapshotInstalled') this.#told = notice.index
    if (notice.type !== 'committed') return
    for (const { index } of notice.entries) {
      if (index !== this.#told + 1) breach(`entry ${index} was told after ${this.#told}`)
      this.#told = index
    }
    if (this.#told !== notice.commitIndex)
      breach(`told up to ${this.#told}, committed up to ${notice.commitIndex}`)
  }
}
