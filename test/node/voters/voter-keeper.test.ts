import assert from 'node:assert/strict'
import { createVoterKeeper, STEADY_MS } from '../../../node/voters/index.ts'
import type { Configuration } from '../../../protocols/consensus/index.ts'
import type { MemberStatus } from '../../../protocols/membership/index.ts'
import { createHandClock } from '../../support/hand-clock.ts'
import { silentLogger } from '../../support/silent-logger.ts'

/** How soon a change that nobody told is seen. */
const SEEN_WITHIN_MS = 2_000

/** The keeper of A, which leads; a change that is asked for is made when the test says so. */
const setUp = async (names: string) => {
  const clock = createHandClock(STEADY_MS)
  const nodes = new Map(
    names
      .split(' ')
      .map((node, admittedIndex) => [node, { node, role: 'full' as const, draining: false, admittedIndex }]),
  )
  const members = new Map(
    names.split(' ').map((node) => [node, { state: 'alive' as MemberStatus, sinceMs: 0, rttMs: 4 }]),
  )
  const configuration: { -readonly [Key in keyof Configuration]: Configuration[Key] } = {
    voters: ['A'],
    votersOutgoing: [],
    learners: [],
  }
  let role: 'leader' | 'follower' = 'leader'
  let votersWanted: readonly string[] | null = null
  let onBatch = (): void => {}
  let onChange = (): void => {}
  const asked: string[] = []
  const revoked = new Set<string>()
  let onRevoked = (): void => {}
  const keeper = createVoterKeeper({
    consensus: {
      self: 'A',
      view: () => ({ role, configuration, votersWanted }),
      changeVoters: (voters) => {
        asked.push(voters.join(' '))
        votersWanted = voters
      },
    },
    decisions: {
      view: { nodes },
      onBatch: (listener) => {
        onBatch = listener
        return () => {
          onBatch = () => {}
        }
      },
    },
    membership: {
      member: (node) => members.get(node) ?? null,
      onChange: (listener) => {
        onChange = listener
        return () => {
          onChange = () => {}
        }
      },
    },
    revoked: {
      has: (node) => revoked.has(node),
      onChange: (listener) => {
        onRevoked = listener
        return () => {
          onRevoked = () => {}
        }
      },
    },
    clock,
    logger: silentLogger,
  })
  await keeper.start()
  return {
    clock,
    keeper,
    configuration,
    /** What was asked for since the last look. */
    asked: () => asked.splice(0),
    become: (wanted: typeof role) => {
      role = wanted
      votersWanted = null
    },
    /** The change that was asked for is over. */
    change: () => {
      configuration.voters = votersWanted ?? configuration.voters
      configuration.learners = []
      votersWanted = null
    },
    revoke: (node: string) => {
      revoked.add(node)
      onRevoked()
    },
    see: (node: string, state: MemberStatus) => {
      members.set(node, { state, sinceMs: clock.nowMs(), rttMs: 4 })
      onChange()
    },
    drain: (node: string) => {
      const member = nodes.get(node)
      if (member !== undefined) nodes.set(node, { ...member, draining: true })
      onBatch()
    },
  }
}

describe('the keeper of the voters', () => {
  it('asks for three voters in one change, once', async () => {
    const mesh = await setUp('A B C')
    mesh.clock.pass(SEEN_WITHIN_MS)
    assert.deepEqual(mesh.asked(), ['A B C'])
    mesh.clock.pass(10 * SEEN_WITHIN_MS)
    assert.deepEqual(mesh.asked(), [])
    mesh.change()
    mesh.clock.pass(SEEN_WITHIN_MS)
    assert.deepEqual(mesh.asked(), [])
  })

  it('asks for nothing where it does not lead, or where a joint configuration is entered', async () => {
    const mesh = await setUp('A B C')
    mesh.become('follower')
    mesh.clock.pass(SEEN_WITHIN_MS)
    mesh.become('leader')
    Object.assign(mesh.configuration, { voters: ['A', 'B', 'C'], votersOutgoing: ['A'] })
    mesh.drain('B')
    assert.deepEqual(mesh.asked(), [])
  })

  it('takes the vote of a node that is revoked at once, however alive it is', async () => {
    const mesh = await setUp('A B C D')
    mesh.configuration.voters = ['A', 'B', 'C']
    mesh.revoke('C')
    assert.deepEqual(mesh.asked(), ['A B D'])
    mesh.change()
    mesh.revoke('D')
    mesh.revoke('B')
    assert.deepEqual(mesh.asked(), ['A'])
  })

  it('replaces a voter that is silent for a minute by one that is alive for a minute', async () => {
    const mesh = await setUp('A B C D')
    mesh.configuration.voters = ['A', 'B', 'C']
    mesh.see('C', 'dead')
    mesh.clock.pass(STEADY_MS - SEEN_WITHIN_MS)
    assert.deepEqual(mesh.asked(), [])
    mesh.clock.pass(2 * SEEN_WITHIN_MS)
    assert.deepEqual(mesh.asked(), ['A B D'])
  })

  it('does not take back at once a voter that flaps', async () => {
    const mesh = await setUp('A B C D')
    mesh.configuration.voters = ['A', 'B', 'C']
    mesh.see('C', 'dead')
    mesh.clock.pass(STEADY_MS + SEEN_WITHIN_MS)
    mesh.change()
    mesh.asked()
    mesh.see('D', 'dead')
    for (let life = 0; life < 10; life++) {
      mesh.see('C', 'alive')
      mesh.clock.pass(STEADY_MS / 2)
      mesh.see('C', 'dead')
      mesh.clock.pass(STEADY_MS / 2)
    }
    assert.deepEqual(mesh.asked(), [])
    mesh.see('C', 'alive')
    mesh.clock.pass(STEADY_MS + SEEN_WITHIN_MS)
    assert.deepEqual(mesh.asked(), ['A B C'])
  })

  it('asks for another where a newcomer dies before it has caught up', async () => {
    const mesh = await setUp('A B C D')
    mesh.clock.pass(SEEN_WITHIN_MS)
    mesh.configuration.learners = ['B', 'C']
    assert.deepEqual(mesh.asked(), ['A B C'])
    mesh.see('C', 'suspect')
    assert.deepEqual(mesh.asked(), ['A B D'])
  })

  it('lets go of learners that the leader before it has left', async () => {
    const mesh = await setUp('A B')
    mesh.configuration.learners = ['B']
    mesh.clock.pass(SEEN_WITHIN_MS)
    assert.deepEqual(mesh.asked(), ['A'])
  })

  it('replaces who drains at once', async () => {
    const mesh = await setUp('A B C D')
    mesh.configuration.voters = ['A', 'B', 'C']
    mesh.drain('B')
    assert.deepEqual(mesh.asked(), ['A C D'])
  })

  it('asks for nothing more once it has stopped', async () => {
    const mesh = await setUp('A B C')
    await mesh.keeper.stop()
    mesh.clock.pass(10 * SEEN_WITHIN_MS)
    mesh.drain('B')
    mesh.see('C', 'dead')
    assert.deepEqual(mesh.asked(), [])
  })
})
