import {
  configurationCodec,
  consensusMessageCodec,
  decideReplyCodec,
  decideRequestCodec,
  followBatchCodec,
  followRequestCodec,
} from '../../../../protocols/consensus/index.ts'
import { GENERATION } from './generations.ts'
import { A, B, bytes, type Kinds, kind } from './kind.ts'

const entry = { index: 8, term: 3, kind: 'decision' as const, data: bytes(5) }
const noop = { index: 7, term: 3, kind: 'noop' as const, data: bytes(0) }
const configuration = { voters: [A, B], votersOutgoing: [A], learners: [] }
const placed = {
  index: 9,
  term: 3,
  kind: 'configuration' as const,
  data: configurationCodec.encode(configuration),
}
const piece = { index: 6, term: 2, configuration, offset: 4, bytes: 10, data: bytes(6) }

const store = { id: '0123456789abcdef'.repeat(2), boot: 3 }

const consensus = kind(consensusMessageCodec, {
  'pre-vote': { type: 'preVote', term: 4, lastIndex: 9, lastTerm: 3, transfer: false },
  vote: { type: 'vote', term: 4, lastIndex: 9, lastTerm: 3, transfer: true },
  'pre-vote reply': { type: 'preVoteReply', term: 4, granted: true },
  'vote reply': { type: 'voteReply', term: 4, granted: false },
  'vote reply of a store': { type: 'voteReply', term: 4, granted: true, store },
  append: {
    type: 'append',
    term: 3,
    prevIndex: 6,
    prevTerm: 2,
    entries: [noop, entry, placed],
    commitIndex: 6,
    round: 12,
  },
  heartbeat: { type: 'append', term: 3, prevIndex: 9, prevTerm: 3, entries: [], commitIndex: 9, round: 13 },
  'append reply of a store': {
    type: 'appendReply',
    term: 3,
    accepted: false,
    matchIndex: 9,
    round: 12,
    store,
  },
  'append reply': { type: 'appendReply', term: 3, accepted: true, matchIndex: 9, round: 12 },
  'snapshot piece': { type: 'snapshotPiece', term: 3, piece },
  'snapshot reply': { type: 'snapshotReply', term: 3, index: 6, offset: 10 },
  'time-out now': { type: 'timeoutNow', term: 3 },
  'vote of a later generation': {
    type: 'vote',
    term: 4,
    lastIndex: 9,
    lastTerm: 3,
    transfer: false,
    generation: GENERATION,
  },
})

export const CONSENSUS: Kinds = [
  consensus,
  kind(configurationCodec, {
    configuration,
    'configuration with stores': {
      ...configuration,
      stores: { [A]: store.id },
      storesOutgoing: { [A]: store.id },
    },
  }),
]

export const FOLLOW: Kinds = [
  kind(followRequestCodec, {
    'follow request': { afterIndex: 6 },
    'follow request of a later generation': { afterIndex: 0, generation: GENERATION },
  }),
  kind(followBatchCodec, {
    'follow batch': { entries: [noop, entry], commitIndex: 8, leader: A },
    beat: { entries: [], commitIndex: 8, leader: null },
    'follow batch with a snapshot': { entries: [], commitIndex: 8, leader: A, snapshot: piece },
    'beat of a later generation': { entries: [], commitIndex: 8, leader: A, generation: GENERATION },
  }),
]

export const DECIDE: Kinds = [
  kind(decideRequestCodec, {
    propose: { type: 'propose', data: bytes(3), timeoutMs: 5_000 },
    read: { type: 'read', timeoutMs: 5_000 },
    'read of a later generation': { type: 'read', timeoutMs: 5_000, generation: GENERATION },
  }),
  kind(decideReplyCodec, { 'decide reply': { index: 8, term: 3 } }),
]
