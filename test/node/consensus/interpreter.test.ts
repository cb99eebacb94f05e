import { deepEqual, equal } from 'node:assert/strict'
import { createInterpreter } from '../../../node/consensus/index.ts'
import { MESSAGES_WAITING_MAX } from '../../../node/consensus/interpreter.ts'
import type { ConsensusEffects, ConsensusEvent } from '../../../protocols/consensus/index.ts'

const NOTHING: ConsensusEffects = { persist: null, send: [], schedule: [], notify: [] }

const VOTE: ConsensusEvent = {
  type: 'received',
  from: 'b',
  message: { type: 'vote', term: 2, lastIndex: 1, lastTerm: 1, transfer: false },
}

/** What a vote gives: a write, then its answer, then a timer, then the news. */
const EFFECTS: ConsensusEffects = {
  persist: { hardState: { term: 2, votedFor: 'b', commitIndex: 1 }, entries: [], compaction: null },
  send: [{ to: 'b', message: { type: 'voteReply', term: 2, granted: true } }],
  schedule: [{ timer: 'election', afterMs: 100, token: 1 }],
  notify: [{ type: 'roleChanged', role: 'follower', term: 2, leader: null }],
}

/** An interpreter whose disk waits to be told, with everything that it did. */
const createBench = (effectsOf: (event: ConsensusEvent) => ConsensusEffects) => {
  const seen: string[] = []
  const stepped: ConsensusEvent[] = []
  let finishWrite: (error: Error | null) => void = () => {}
  const interpreter = createInterpreter({
    step: (event) => {
      stepped.push(event)
      seen.push(`step ${event.type}`)
      return effectsOf(event)
    },
    persist: (_change, done) => {
      seen.push('persist')
      finishWrite = done
    },
    send: ({ message }) => seen.push(`send ${message.type}`),
    schedule: ({ timer }) => seen.push(`schedule ${timer}`),
    notify: ({ type }) => seen.push(`notify ${type}`),
    onFailed: (error) => seen.push(`failed: ${error.message}`),
  })
  return { interpreter, seen, stepped, finishWrite: (error: Error | null = null) => finishWrite(error) }
}

describe('the interpreter of consensus', () => {
  it('says nothing and steps no further before the write is safe', () => {
    const { interpreter, seen, finishWrite } = createBench(() => EFFECTS)
    interpreter.push(VOTE)
    interpreter.push({ type: 'started' })
    deepEqual(seen, ['step received', 'persist'])
    finishWrite()
    deepEqual(seen.slice(2), [
      'send voteReply',
      'schedule election',
      'notify roleChanged',
      'step started',
      'persist',
    ])
  })

  it('joins the proposals that wait for a write into one event', () => {
    const { interpreter, stepped, finishWrite } = createBench((event) =>
      event.type === 'received' ? EFFECTS : NOTHING,
    )
    interpreter.push(VOTE)
    for (const proposalId of [1, 2, 3]) interpreter.propose({ proposalId, data: new Uint8Array() })
    finishWrite()
    equal(stepped.length, 2)
    const joined = stepped[1]
    deepEqual(joined?.type === 'propose' && joined.proposals.map(({ proposalId }) => proposalId), [1, 2, 3])
  })

  it('tells when an event is through with its effects', () => {
    const { interpreter, seen, finishWrite } = createBench(() => EFFECTS)
    interpreter.push(VOTE, () => seen.push('done'))
    finishWrite()
    equal(seen.at(-1), 'done')
  })

  it('does nothing any more after a failed write', () => {
    const { interpreter, seen, finishWrite } = createBench(() => EFFECTS)
    interpreter.push(VOTE)
    interpreter.push({ type: 'started' })
    finishWrite(new Error('no space'))
    interpreter.push(VOTE)
    deepEqual(seen, ['step received', 'persist', 'failed: no space'])
  })

  it('ends loudly when a step or a listener throws', () => {
    const { interpreter, seen } = createBench(() => {
      throw new Error('a bug')
    })
    interpreter.push(VOTE)
    interpreter.push(VOTE)
    deepEqual(seen, ['step received', 'failed: a bug'])
  })

  it('drops the oldest messages, and nothing else, when too many wait for a slow disk', () => {
    const { interpreter, stepped, finishWrite } = createBench((event) =>
      stepped.length === 1 && event.type === 'received' ? EFFECTS : NOTHING,
    )
    interpreter.push(VOTE)
    interpreter.push({ type: 'changeVoters', voters: ['a'] })
    for (let waiting = 0; waiting < MESSAGES_WAITING_MAX + 5; waiting++) interpreter.push(VOTE)
    finishWrite()
    equal(stepped.filter(({ type }) => type === 'received').length, 1 + MESSAGES_WAITING_MAX)
    equal(stepped.filter(({ type }) => type === 'changeVoters').length, 1)
  })
})
