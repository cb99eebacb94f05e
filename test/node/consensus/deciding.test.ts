import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { ENTRY_BYTES_MAX } from '../../../protocols/consensus/index.ts'
import { CoterieError } from '../../../protocols/errors/index.ts'
import { eventually } from '../../support/eventually.ts'
import { text, utf8 } from '../network/nodes.ts'
import { leaderOf, leads, type MeshNode, startMesh, startNode, stopAll } from './consensus-mesh.ts'

const IN_TIME = { timeoutMs: 20_000 }

const followersOf = (nodes: readonly MeshNode[]): MeshNode[] => nodes.filter((node) => !leads(node))

describe('deciding among voters', () => {
  afterEach(stopAll)

  it('a founder alone decides at once', async () => {
    const founder = await startNode({ founding: true })
    const { index, term } = await founder.consensus.propose(utf8('first'), IN_TIME)
    ok(index > 1 && term > 1)
    deepEqual(founder.decided, ['first'])
  })

  it('gives every node the same decisions in the same order, wherever they are proposed', async () => {
    const nodes = await startMesh(3, 3)
    await Promise.all(
      nodes.flatMap(({ consensus }, at) =>
        Array.from({ length: 20 }, (_, number) => consensus.propose(utf8(`${at}.${number}`), IN_TIME)),
      ),
    )
    await eventually('all know all', () => nodes.every(({ decided }) => decided.length === 60))
    for (const { decided } of nodes) deepEqual(decided, nodes[0]?.decided)
  })

  it('the leader judges what others want proposed, in its own words, and they hear why not', async () => {
    const admit = (data: Uint8Array): Uint8Array => {
      if (text(data) === 'mine') throw new CoterieError('decisionRefused', { reason: 'not yours' })
      return text(data) === 'when?' ? utf8('now') : data
    }
    const nodes = await startMesh(3, 3, { admit })
    const [follower] = followersOf(nodes) as [MeshNode]
    await rejects(follower.consensus.propose(utf8('mine'), IN_TIME), { code: 'decisionRefused' })
    await follower.consensus.propose(utf8('yours'), IN_TIME)
    await follower.consensus.propose(utf8('when?'), IN_TIME)
    deepEqual((await leaderOf(nodes)).decided, ['yours', 'now'])
  })

  it('goes on under another leader when the leader dies', async () => {
    const nodes = await startMesh(3, 3)
    const first = await leaderOf(nodes)
    await first.consensus.propose(utf8('before'), IN_TIME)
    const others = followersOf(nodes)
    await first.kill()
    await leaderOf(others)
    await (others[0] as MeshNode).consensus.propose(utf8('after'), IN_TIME)
    await eventually('both know both', () => others.every(({ decided }) => decided.join() === 'before,after'))
  })

  it('proposes what a leader concluded from its own view in that term alone, and nowhere else', async () => {
    const nodes = await startMesh(3, 3)
    const leader = await leaderOf(nodes)
    const { term } = leader.consensus.view()
    const [follower] = followersOf(nodes) as [MeshNode]
    await rejects(follower.consensus.propose(utf8('by another'), { ...IN_TIME, term }), { code: 'notLeader' })
    await rejects(leader.consensus.propose(utf8('of the term before'), { ...IN_TIME, term: term - 1 }), {
      code: 'notLeader',
    })
    await leader.consensus.propose(utf8('of this term'), { ...IN_TIME, term })
    deepEqual(leader.decided, ['of this term'])
  })

  it('hands over before it stops, so that others decide without waiting for an election', async () => {
    const nodes = await startMesh(3, 3)
    const first = await leaderOf(nodes)
    const others = followersOf(nodes)
    await first.stop()
    ok(others.some(leads), 'nobody led when the leader had stopped')
  })

  it('says that there is no majority, and decides nothing, when the others are gone', async () => {
    const nodes = await startMesh(3, 3)
    const leader = await leaderOf(nodes)
    await Promise.all(followersOf(nodes).map(({ kill }) => kill()))
    await rejects(leader.consensus.propose(utf8('alone'), { timeoutMs: 300 }), { code: 'noQuorum' })
    deepEqual(leader.decided, [])
  })

  it('says that an unanswered decision may have taken effect', async () => {
    const { promise: slow, resolve: quicken } = Promise.withResolvers<void>()
    let isSlow = false
    let waiting = 0
    const nodes = await startMesh(3, 3, {
      wrapStore: (store) => ({
        ...store,
        persist: async (change) => {
          if (isSlow && change.entries.length > 0) {
            waiting += 1
            await slow
          }
          await store.persist(change)
        },
      }),
    })
    const [follower] = followersOf(nodes) as [MeshNode]
    const leader = await leaderOf(nodes)
    isSlow = true
    const heard = rejects(follower.consensus.propose(utf8('lost?'), IN_TIME), { code: 'proposalUnanswered' })
    await eventually('the leader writes it down', () => waiting > 0)
    await leader.network.stop()
    await heard
    quicken()
  })

  it('gives up when it is told to, and refuses what is too large', async () => {
    const stranger = await startNode()
    const signal = AbortSignal.abort(new Error('enough'))
    await rejects(stranger.consensus.propose(utf8('x'), { timeoutMs: 5_000, signal }), /enough/)
    const tooLarge = new Uint8Array(ENTRY_BYTES_MAX + 1)
    await rejects(stranger.consensus.propose(tooLarge, IN_TIME), { code: 'decisionTooLarge' })
    await rejects(stranger.consensus.propose(utf8('x'), { timeoutMs: 50 }), { code: 'noQuorum' })
  })

  it('proves how far the log is committed, also to those who do not lead', async () => {
    const nodes = await startMesh(3, 3)
    const { index } = await (nodes[0] as MeshNode).consensus.propose(utf8('x'), IN_TIME)
    for (const { consensus } of nodes) ok((await consensus.readIndex(IN_TIME)) >= index)
  })

  it('ends loudly after a failed write', async () => {
    let isBroken = false
    const founder = await startNode({
      founding: true,
      wrapStore: (store) => ({
        ...store,
        persist: (change) =>
          isBroken
            ? Promise.reject(new CoterieError('storeFailed', { path: 'here', detail: 'no space' }))
            : store.persist(change),
      }),
    })
    await eventually('it leads', () => leads(founder))
    isBroken = true
    await rejects(founder.consensus.propose(utf8('x'), IN_TIME), { code: 'consensusStopped' })
    isBroken = false
    await rejects(founder.consensus.propose(utf8('y'), IN_TIME), { code: 'consensusStopped' })
    equal(founder.failures.length, 1)
  })
})
