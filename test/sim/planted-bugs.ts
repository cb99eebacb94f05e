/** Machines with one bug each: what a checker must be able to see. */

import { CONSENSUS_MACHINE, type ConsensusMachine } from '../../node/simulation/index.ts'
import { configurationCodec, type LogEntry } from '../../protocols/consensus/index.ts'

export interface PlantedBug {
  readonly bug: string
  /** The checkers of which one must name it. */
  readonly checkers: readonly string[]
  readonly machine: ConsensusMachine
}

const { create, step } = CONSENSUS_MACHINE

const withoutOutgoing = (entry: LogEntry): LogEntry => {
  if (entry.kind !== 'configuration') return entry
  const configuration = configurationCodec.decode(entry.data)
  return { ...entry, data: configurationCodec.encode({ ...configuration, votersOutgoing: [] }) }
}

export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    bug: 'a vote is given before it is on disk',
    checkers: ['one-vote-per-term', 'terms-never-fall'],
    machine: {
      create,
      step: (state, event, env) => {
        const { state: next, effects } = step(state, event, env)
        const votes = effects.send.some(({ message }) => message.type === 'voteReply')
        return { state: next, effects: votes ? { ...effects, persist: null } : effects }
      },
    },
  },
  {
    bug: 'a restart forgets the term and the vote',
    checkers: ['terms-never-fall', 'one-vote-per-term'],
    machine: {
      create: (init) => create({ ...init, hardState: null }),
      step,
    },
  },
  {
    bug: 'a voter votes for everybody who asks',
    checkers: ['one-vote-per-term', 'one-leader-per-term'],
    machine: {
      create,
      step: (state, event, env) => {
        const isAsked = event.type === 'received' && event.message.type === 'vote'
        return step(isAsked && state.role !== 'leader' ? { ...state, votedFor: null } : state, event, env)
      },
    },
  },
  {
    bug: 'a voter does not look at the log of the candidate',
    checkers: ['leaders-know-committed', 'committed-never-changes'],
    machine: {
      create,
      step: (state, event, env) => {
        if (event.type !== 'received') return step(state, event, env)
        const { message } = event
        if (message.type !== 'vote' && message.type !== 'preVote') return step(state, event, env)
        return step(state, { ...event, message: { ...message, lastTerm: message.term } }, env)
      },
    },
  },
  {
    bug: 'a leader takes one acknowledgement for that of everybody',
    checkers: ['minority-commits-nothing', 'leaders-know-committed'],
    machine: {
      create,
      step: (state, event, env) => {
        if (state.role !== 'leader' || event.type !== 'received' || event.message.type !== 'appendReply')
          return step(state, event, env)
        const { matchIndex } = event.message
        const progress = new Map([...state.progress].map(([peer, known]) => [peer, { ...known, matchIndex }]))
        return step({ ...state, progress }, event, env)
      },
    },
  },
  {
    bug: 'a restart forgets the last entry',
    checkers: ['committed-never-changes', 'leaders-know-committed', 'minority-commits-nothing'],
    machine: {
      create: (init) => {
        const entries = init.entries.length > 1 ? init.entries.slice(0, -1) : init.entries
        const commitIndex = Math.min(init.hardState?.commitIndex ?? 0, entries.length)
        return create({
          ...init,
          entries,
          hardState: init.hardState === null ? null : { ...init.hardState, commitIndex },
        })
      },
      step,
    },
  },
  {
    bug: 'voters change without a joint configuration',
    checkers: ['voter-sets-intersect'],
    machine: {
      create,
      step: (state, event, env) => {
        const { state: next, effects } = step(state, event, env)
        const { persist } = effects
        if (persist === null) return { state: next, effects }
        const entries = persist.entries.map(withoutOutgoing)
        return { state: next, effects: { ...effects, persist: { ...persist, entries } } }
      },
    },
  },
  {
    bug: 'a leader answers a read without asking whether it still leads',
    checkers: ['reads-see-committed'],
    machine: {
      create,
      step: (state, event, env) => {
        if (event.type !== 'read' || state.role !== 'leader') return step(state, event, env)
        const answer = { type: 'readReady', readId: event.readId, index: state.commitIndex } as const
        return { state, effects: { persist: null, send: [], schedule: [], notify: [answer] } }
      },
    },
  },
  {
    bug: 'nobody campaigns when the leader is gone',
    checkers: ['heals'],
    machine: {
      create,
      step: (state, event, env) =>
        event.type === 'timer' && event.timer === 'election'
          ? { state, effects: { persist: null, send: [], schedule: [], notify: [] } }
          : step(state, event, env),
    },
  },
  {
    bug: 'a stale reply throws',
    checkers: ['only-disks-fail'],
    machine: {
      create,
      step: (state, event, env) => {
        if (event.type === 'received' && event.message.term < state.term) throw new Error('stale')
        return step(state, event, env)
      },
    },
  },
]
