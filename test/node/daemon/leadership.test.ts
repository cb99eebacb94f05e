import assert from 'node:assert/strict'
import { createLeadership } from '../../../node/daemon/leadership.ts'
import type { ConsensusView } from '../../../protocols/consensus/index.ts'
import { createDecisions } from '../../../protocols/decisions/index.ts'

const setUp = () => {
  const { view, skip } = createDecisions()
  let tellRole: (view: ConsensusView) => void = () => {}
  let tellBatch = () => {}
  const leadership = createLeadership(
    {
      view: () => ({}) as ConsensusView,
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
    },
  )
  const told: boolean[] = []
  leadership.onChange(() => told.push(leadership.isSettled()))
  return {
    leadership,
    told,
    become: (role: ConsensusView['role'], lastIndex: number) =>
      tellRole({ role, lastIndex } as ConsensusView),
    applyTo: (index: number) => {
      skip(index)
      tellBatch()
    },
  }
}

describe('leadership', () => {
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
})
