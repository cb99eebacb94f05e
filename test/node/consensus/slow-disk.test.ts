import assert from 'node:assert/strict'
import type { ConsensusStore } from '../../../node/ports/storage.ts'
import { eventually } from '../../support/eventually.ts'
import { utf8 } from '../network/nodes.ts'
import { connect, leads, settledVoters, startNode, stopAll } from './consensus-mesh.ts'

/** A machine that is busy holds up all of these at once, for less than that: who leads then changes by no disk. */
const PATIENT = { electionMs: 2_000 }

const IN_TIME = { timeoutMs: 20_000 }
/** More than the leader sends ahead of a voter that does not answer. */
const DECISIONS = 60
const LARGE = 60_000

/** A disk whose writes are not safe before it is told to go on. */
const createHangingDisk = () => {
  let isHanging = false
  let { promise: goneOn, resolve: goOn } = Promise.withResolvers<void>()
  let waiting = 0
  return {
    wrap: (store: ConsensusStore): ConsensusStore => ({
      ...store,
      persist: async (change) => {
        if (isHanging) {
          waiting += 1
          await goneOn
        }
        await store.persist(change)
      },
    }),
    hang: () => {
      isHanging = true
      ;({ promise: goneOn, resolve: goOn } = Promise.withResolvers<void>())
    },
    goOn: () => {
      isHanging = false
      goOn()
    },
    waiting: () => waiting,
  }
}

describe('a voter whose disk takes its time', () => {
  const disk = createHangingDisk()
  afterEach(() => {
    // What waits for it would hold up the end of a test that failed in between.
    disk.goOn()
    return stopAll()
  })

  it('holds nobody up, acknowledges nothing meanwhile, and has all of it in the end', async () => {
    const founder = await startNode({ ...PATIENT, founding: true })
    const other = await startNode(PATIENT)
    const slow = await startNode({ ...PATIENT, wrapStore: disk.wrap })
    const mesh = [founder, other, slow]
    await connect(mesh)
    await eventually('the founder leads', () => leads(founder))
    founder.consensus.changeVoters(mesh.map(({ consensus }) => consensus.self))
    await eventually('all vote', () => settledVoters(founder)?.length === 3)
    await eventually(
      'all know it',
      () => slow.consensus.view().commitIndex === founder.consensus.view().commitIndex,
    )

    disk.hang()
    const before = slow.consensus.view().lastIndex
    const data = utf8('x'.repeat(LARGE))
    for (let number = 0; number < DECISIONS; number++) await founder.consensus.propose(data, IN_TIME)
    assert.ok(leads(founder))
    assert.equal(other.decided.length >= DECISIONS - 1, true)
    await eventually('it writes', () => disk.waiting() > 0)
    assert.equal(disk.waiting(), 1)
    assert.equal(slow.consensus.view().lastIndex, before)
    const peer = founder.consensus.view().peers.find(({ peer: node }) => node === slow.consensus.self)
    assert.ok((peer?.matchIndex ?? 0) <= before)

    disk.goOn()
    await eventually('it has all', () => slow.decided.length === DECISIONS)
    assert.deepEqual(
      mesh.map(({ failures }) => failures),
      [[], [], []],
    )
  })
})
