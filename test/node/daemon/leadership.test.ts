import assert from 'node:assert/strict'
import { createLeadership } from '../../../node/daemon/leadership.ts'
import type { ConsensusView } from '../../../protocols/consensus/index.ts'
import { createDecisions } from '../../../protocols/decisions/index.ts'

const SELF = 'self'.padEnd(20, 'x')

const setUp = (role: 'full' | 'edge' = 'full') => {
  const { view, skip, apply } = createDecisions()
  apply(1, { type: 'nodeAdmitted', node: SELF, name: 'attic', addresses: [], atMs: 1, role })
  /** In which terms something was decided. */
  const terms: (number | undefined)[] = []
  let tellRole: (view: ConsensusView) => void = () => {}
  let tellBatch = () => {}
  const leadership = createLeadership(
    {
      self: SELF,
      onRole: (listener) => {
        tellRole = listener
        return () => {}
      },
    },
    {
      view,
      onBatch: (listener) => {
        tellBatch = listener
        return () => {}
      },
      decide: async (_decision, { term } = {}) => {
        terms.push(term)
        return 1
      },
    },
  )
  const told: boolean[] = []
  leadership.onChange(() => told.push(leadership.isSettled()))
  return {
    leadership,
    told,
    terms,
    become: (role: ConsensusView['role'], lastIndex: number, term = 1) =>
      tellRole({ role, lastIndex, term, leader: null } as ConsensusView),
    applyTo: (index: number) => {
      skip(index)
      tellBatch()
    },
  }
}

const RELEASE = { type: 'taskReleased', task: 'shop.web.0.7', reason: 'fewer replicas are wanted' } as const

describe('leadership', () => {
  it('decides in the term whose view it is, and in no other', async () => {
    const { leadership, terms, become } = setUp()
    become('leader', 3, 5)
    await leadership.decide(RELEASE)
    become('follower', 5, 6)
    await assert.rejects(leadership.decide(RELEASE), { code: 'notLeader' })
    become('leader', 6, 7)
    await leadership.decide(RELEASE)
    assert.deepEqual(terms, [5, 7])
  })

  it('is not settled in a later term before the first entry of that one, also where nothing was told in between', () => {
    const { leadership, become, applyTo } = setUp()
    become('leader', 3, 5)
    applyTo(3)
    become('leader', 9, 7)
    assert.equal(leadership.isSettled(), false)
  })

  it('is settled once this node applied the first entry of its own term, and tells so once', () => {
    const { leadership, told, become, applyTo } = setUp()
    applyTo(7)
    become('leader', 9)
    assert.equal(leadership.isSettled(), false)
    applyTo(8)
    assert.deepEqual(told, [])
    applyTo(9)
    become('leader', 12)
    applyTo(12)
    assert.deepEqual(told, [true])
  })

  it('ends with the role, and begins anew with the next first entry', () => {
    const { leadership, told, become, applyTo } = setUp()
    become('leader', 3)
    applyTo(3)
    become('follower', 5)
    assert.equal(leadership.isSettled(), false)
    become('leader', 6)
    assert.equal(leadership.isSettled(), false)
    applyTo(6)
    assert.deepEqual(told, [true, false, true])
  })

  it('is never settled on an edge node, which decides nothing of its own', async () => {
    const { leadership, told, become, applyTo } = setUp('edge')
    become('leader', 3)
    applyTo(3)
    assert.equal(leadership.isSettled(), false)
    assert.deepEqual(told, [])
    await assert.rejects(leadership.decide(RELEASE), { code: 'notLeader' })
  })
})
