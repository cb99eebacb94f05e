import assert from 'node:assert/strict'
import { createBell } from '../../../node/consensus/bell.ts'
import { createDeciding } from '../../../node/consensus/deciding.ts'
import { createPendingProposals } from '../../../node/consensus/pending-proposals.ts'
import { createTimeline } from '../../../node/simulation/timeline.ts'
import { decideReplyCodec } from '../../../protocols/consensus/index.ts'
import { CoterieError } from '../../../protocols/errors/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import { utf8 } from '../network/nodes.ts'

/** All that is promised by now has come about. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A node that follows, among members who answer as they are told to; time passes by hand. */
const setUp = () => {
  const timeline = createTimeline()
  const clock = { ...timeline, wallMs: timeline.nowMs }
  const news = createBell(clock)
  const asked: string[] = []
  const leading = new Set<NodeId>()
  let connected: readonly NodeId[] = []
  let leader: NodeId | null = null
  const deciding = createDeciding(
    {
      requests: {
        request: async (to) => {
          asked.push(`${to} at ${timeline.nowMs()}`)
          if (!leading.has(to)) throw new CoterieError('notLeader', { leader: null })
          return decideReplyCodec.encode({ index: 7, term: 2 })
        },
        handleRequest: () => {},
      },
      connections: { connected: () => connected, onPeer: () => () => {} },
      clock,
      pending: createPendingProposals(clock),
      news,
      machine: {
        leader: () => leader,
        generation: () => null,
        propose: () => assert.fail('it does not lead'),
        read: () => assert.fail('it does not lead'),
      },
    },
    { self: 'self', admit: (data) => data },
  )
  return {
    asked,
    leading,
    propose: () => deciding.propose(utf8('x'), { timeoutMs: 5_000 }),
    connect: (peer: NodeId) => {
      connected = [...connected, peer]
      news.ring()
    },
    follow: (node: NodeId | null) => {
      leader = node
      news.ring()
    },
    pass: async (ms: number) => {
      const untilMs = timeline.nowMs() + ms
      do await settled()
      while (timeline.step(untilMs))
      await settled()
    },
  }
}

describe('deciding: who waits for a leader', () => {
  it('asks as soon as one is known and connected', async () => {
    const { propose, connect, follow, leading, pass, asked } = setUp()
    leading.add('b')
    const answer = propose()
    await pass(1_234)
    follow('b')
    await pass(3)
    assert.deepEqual(asked, [], 'it is not connected')
    connect('b')
    assert.deepEqual(await answer, { index: 7, term: 2 })
    assert.deepEqual(asked, ['b at 1237'])
  })

  it('takes a rest before it asks again who did not lead, whatever it hears meanwhile', async () => {
    const { propose, connect, follow, leading, pass, asked } = setUp()
    connect('b')
    follow('b')
    const answer = propose()
    await pass(10)
    for (const peer of ['c', 'd', 'e']) connect(peer)
    follow('b')
    await pass(89)
    assert.deepEqual(asked, ['b at 0'])
    leading.add('b')
    await pass(1)
    await answer
    assert.deepEqual(asked, ['b at 0', 'b at 100'])
  })

  it('gives up at its deadline', async () => {
    const { propose, pass } = setUp()
    const refused = assert.rejects(propose(), { code: 'noQuorum' })
    await pass(5_000)
    await refused
  })
})
