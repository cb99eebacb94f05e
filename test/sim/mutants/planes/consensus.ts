/** Mistakes that implementations of Raft are known for, and one that this one had. */
import type { Mutant } from '../mutant.ts'

const ELECTION = 'protocols/consensus/election.ts'
const FOLLOWING = 'protocols/consensus/following.ts'
const LEADING = 'protocols/consensus/leading.ts'
const QUORUM = 'protocols/consensus/quorum.ts'
const RECONFIGURATION = 'protocols/consensus/reconfiguration.ts'
const SETTLE = 'protocols/consensus/settle.ts'
const STATE = 'protocols/consensus/state.ts'
const TURN = 'protocols/consensus/turn.ts'

export const CONSENSUS_MUTANTS: readonly Mutant[] = [
  {
    name: 'vote-not-persisted',
    what: 'a voter stores its term without its vote',
    file: TURN,
    find: 'promised || lags ? { term, votedFor, commitIndex } : null',
    replace: 'promised || lags ? { term, votedFor: null, commitIndex } : null',
    kind: 'log',
    caughtBy: ['one-vote-per-term', 'one-leader-per-term'],
  },
  {
    name: 'acknowledged-before-fsync',
    what: 'what rests on a write is said before the write is safe',
    file: 'node/consensus/interpreter.ts',
    find: '    parts.persist(effects.persist, (error) => {',
    replace:
      '    for (const send of effects.send) parts.send(send)\n    parts.persist(effects.persist, (error) => {',
    kind: 'log',
    caughtBy: ['one-vote-per-term', 'terms-never-fall', 'minority-commits-nothing', 'leaders-know-committed'],
  },
  {
    name: 'term-taken-from-the-log',
    what: 'a restart takes its term from the last entry, not from what was promised',
    file: STATE,
    find: 'term: Math.max(init.hardState?.term ?? 0, log.lastTerm)',
    replace: 'term: log.lastTerm',
    kind: 'log',
    caughtBy: ['terms-never-fall', 'one-vote-per-term'],
  },
  {
    name: 'last-entry-lost-at-restart',
    what: 'a restart cuts off the last entry that it does not know to be committed, as if it were half written',
    file: STATE,
    find: 'const log = Log.of(init.entries, base)',
    replace:
      'const known = Math.max(1, (init.hardState?.commitIndex ?? 0) - base.index)\n  const log = Log.of(init.entries.slice(0, Math.max(known, init.entries.length - 1)), base)',
    kind: 'log',
    caughtBy: ['leaders-know-committed', 'minority-commits-nothing', 'committed-never-changes', 'heals'],
  },
  {
    name: 'votes-for-everybody',
    what: 'a voter forgets within a term for whom it voted',
    file: ELECTION,
    find: '(state.votedFor === null && leaderOf(state) === null)',
    replace: 'leaderOf(state) === null',
    kind: 'log',
    caughtBy: ['one-vote-per-term', 'one-leader-per-term'],
  },
  {
    name: 'vote-outlives-its-term',
    what: 'a voter carries its vote into the next term',
    file: FOLLOWING,
    find: 'const votedFor = term === state.term ? state.votedFor : null',
    replace: 'const { votedFor } = state',
    kind: 'log',
    caughtBy: ['heals'],
  },
  {
    name: 'matches-sorted-as-text',
    what: 'a leader sorts match indexes as text to find the one that a majority has',
    file: QUORUM,
    find: 'reached(voter, stores?.[voter] ?? null)).sort((a, b) => b - a)',
    replace: 'reached(voter, stores?.[voter] ?? null)).sort()',
    kind: 'log',
    caughtBy: ['minority-commits-nothing'],
  },
  {
    name: 'either-majority-decides',
    what: 'in a joint configuration one of the two majorities is enough',
    file: QUORUM,
    find: 'Math.min(reachedIn(voters, stores, reached), reachedIn(votersOutgoing, storesOutgoing, reached))',
    replace:
      'Math.max(reachedIn(voters, stores, reached), reachedIn(votersOutgoing, storesOutgoing, reached))',
    kind: 'log',
    caughtBy: ['minority-commits-nothing'],
  },
  {
    name: 'one-acknowledgement-for-the-whole-log',
    what: 'a leader takes an acknowledgement of a part for one of everything that it sent',
    file: LEADING,
    find: 'advance(progress, reply.matchIndex, state.log.base.index)',
    replace: 'advance(progress, state.log.lastIndex, state.log.base.index)',
    kind: 'log',
    caughtBy: ['minority-commits-nothing'],
  },
  {
    name: 'late-append-truncates',
    what: 'an append that comes late cuts off what came after it',
    file: FOLLOWING,
    find: 'index > log.base.index && log.termAt(index) !== term',
    replace: 'index > log.base.index',
    kind: 'log',
    caughtBy: ['minority-commits-nothing', 'leaders-know-committed', 'heals'],
  },
  {
    name: 'commits-beyond-its-log',
    what: 'a follower believes the commit index of its leader beyond what it holds itself',
    file: FOLLOWING,
    find: 'Math.max(commitIndex, Math.min(message.commitIndex, matchIndex))',
    replace: 'Math.max(commitIndex, message.commitIndex)',
    kind: 'log',
    caughtBy: ['committed-never-changes', 'only-disks-fail', 'voters-catch-up-first', 'heals'],
  },
  {
    name: 'no-joint-configuration',
    what: 'two voters are changed at once outside a joint configuration',
    file: RECONFIGURATION,
    find: 'const joint = enterJoint(configuration, wanted, ',
    replace: 'const joint = ((...change) => leaveJoint(enterJoint(...change)))(configuration, wanted, ',
    kind: 'log',
    caughtBy: ['voter-sets-intersect'],
  },
  {
    name: 'configuration-outlives-its-entry',
    what: 'a configuration stays in force after its entry was cut off',
    file: TURN,
    find: 'configurations.filter(({ index }) => index < first)',
    replace: 'configurations',
    kind: 'elections',
    caughtBy: ['voter-sets-intersect', 'minority-commits-nothing', 'heals'],
    near: {
      seed: 790,
      why: 'an entry with voters must be cut off, and its node decide with them before the next such entry',
    },
  },
  {
    name: 'longer-log-wins',
    what: 'a voter compares the lengths of logs and not their last terms',
    file: ELECTION,
    find: 'lastTerm > log.lastTerm || (lastTerm === log.lastTerm && lastIndex >= log.lastIndex)',
    replace: 'lastIndex >= log.lastIndex',
    kind: 'elections',
    caughtBy: ['leaders-know-committed', 'committed-never-changes'],
  },
  {
    name: 'whole-log-acknowledged',
    what: 'a follower acknowledges its whole log, also what the append did not speak of',
    file: FOLLOWING,
    find: 'const matchIndex = prevIndex + entries.length',
    replace: 'const matchIndex = turn.state.log.lastIndex',
    kind: 'elections',
    caughtBy: ['minority-commits-nothing', 'committed-never-changes', 'leaders-know-committed'],
  },
  {
    name: 'read-without-a-round',
    what: 'a leader answers a read without asking a majority whether it still leads',
    file: SETTLE,
    find: 'const proven = provenRound(current)',
    replace: 'const proven = current.round',
    kind: 'log',
    caughtBy: ['reads-see-committed'],
  },
  {
    name: 'read-by-an-earlier-round',
    what: 'a leader takes a round that began before the question for its proof',
    file: LEADING,
    find: 'reads: [...state.reads, { readId, round: state.round + 1 }]',
    replace: 'reads: [...state.reads, { readId, round: state.round }]',
    kind: 'log',
    caughtBy: ['reads-see-committed'],
  },
  {
    name: 'reply-of-a-stranger-throws',
    what: 'a leader does not expect the reply of a peer that has left the configuration',
    file: LEADING,
    find: 'if (progress === undefined) return null\n',
    replace: '',
    kind: 'log',
    caughtBy: ['only-disks-fail'],
  },
]
