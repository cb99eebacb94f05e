/** One machine, A, and what others say to it: for tests that look at single steps. */
import assert from 'node:assert/strict'
import {
  type ConsensusEvent,
  type ConsensusMessage,
  type ConsensusNotice,
  type ConsensusState,
  type ConsensusStep,
  configurationCodec,
  createConsensus,
  DEFAULT_TIMINGS,
  type EntryKind,
  type LogEntry,
  step,
} from '../../../protocols/consensus/index.ts'
import { nodeNamed } from './stage.ts'

export const [A, B, C, D, E] = ['A', 'B', 'C', 'D', 'E'].map(nodeNamed) as [
  string,
  string,
  string,
  string,
  string,
]
export const THREE = [A, B, C]
export const FIVE = [A, B, C, D, E]

export const entry = (index: number, term: number, kind: EntryKind = 'decision'): LogEntry => ({
  index,
  term,
  kind,
  data: new Uint8Array([term]),
})
export const configurationEntry = (voters: readonly string[]): LogEntry => ({
  ...entry(1, 1, 'configuration'),
  data: configurationCodec.encode({ voters, votersOutgoing: [], learners: [] }),
})

/** A, in a mesh of `voters`, with decisions of these terms after the configuration. */
export const memberWith = (
  voters: readonly string[],
  term: number,
  terms: readonly number[] = [],
): ConsensusState =>
  createConsensus({
    self: A,
    timings: DEFAULT_TIMINGS,
    hardState: { term, votedFor: null, commitIndex: 1 },
    entries: [configurationEntry(voters), ...terms.map((ofTerm, place) => entry(place + 2, ofTerm))],
  })

export const take = (state: ConsensusState, event: ConsensusEvent, nowMs = 0): ConsensusStep =>
  step(state, event, { nowMs, random: () => 0.5 })

export const receive = (
  state: ConsensusState,
  from: string,
  message: ConsensusMessage,
  nowMs = 0,
): ConsensusStep => take(state, { type: 'received', from, message }, nowMs)

export const started = (state: ConsensusState): ConsensusState => take(state, { type: 'started' }).state

/** Lets a started member win its election against all odds. */
export const elected = (state: ConsensusState, voters: readonly string[]): ConsensusState => {
  const timer: ConsensusEvent = { type: 'timer', timer: 'election', token: state.tokens.election }
  let now = take(state, timer, 2_000).state
  for (const type of ['preVoteReply', 'voteReply'] as const) {
    const term = type === 'preVoteReply' ? now.term + 1 : now.term
    for (const voter of voters) now = receive(now, voter, { type, term, granted: true }, 2_000).state
  }
  assert.equal(now.role, 'leader')
  return now
}

export const acknowledged = (
  state: ConsensusState,
  from: string,
  matchIndex: number,
  round = 0,
): ConsensusStep =>
  receive(state, from, { type: 'appendReply', term: state.term, accepted: true, matchIndex, round }, 2_000)

export const noticesOf = <Type extends ConsensusNotice['type']>(
  { effects }: ConsensusStep,
  type: Type,
): readonly Extract<ConsensusNotice, { type: Type }>[] =>
  effects.notify.filter((notice): notice is Extract<ConsensusNotice, { type: Type }> => notice.type === type)

export const append = (fields: Partial<Extract<ConsensusMessage, { type: 'append' }>>): ConsensusMessage => ({
  type: 'append',
  term: 2,
  prevIndex: 1,
  prevTerm: 1,
  entries: [],
  commitIndex: 1,
  round: 0,
  ...fields,
})
