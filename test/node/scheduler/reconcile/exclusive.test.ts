import assert from 'node:assert/strict'
import type { SchedulerNode } from '../../../../node/scheduler/index.ts'
import { node, nodesOf, planOf, profile, task } from './scenes.ts'

describe('reconcile: exclusive services', () => {
  const guarded = (name: string, more: Partial<SchedulerNode> = {}) =>
    node(name, { profile: profile({ guards: ['process'] }), ...more })
  const lost = {
    spec: { exclusive: true },
    nodes: [guarded('a', { health: 'dead' }), guarded('b'), guarded('c')],
    tasks: [task(0, 'a')],
  }
  const lapsing = { movableAtMs: () => 104_000 }

  it('withholds the lease of a lost task first, and says what the slot waits for', () => {
    const plan = planOf({ ...lost, leases: lapsing })
    assert.deepEqual(plan.assign, [])
    assert.deepEqual(plan.withhold, [{ task: 'shop.web.0.1', node: 'a', reason: 'a is dead', lost: true }])
    assert.equal(
      plan.waiting[0]?.reason,
      'a is dead; it is exclusive, and its lease on a must have lapsed first, in 4 s',
    )
    assert.equal(plan.retryAtMs, 104_000)
  })

  it('moves it when the lease has surely lapsed, and not before it was withheld', () => {
    const withheldFor = () => 'a is dead'
    assert.deepEqual(nodesOf({ ...lost, leases: { ...lapsing, withheldFor }, nowMs: 103_999 }), [])
    assert.deepEqual(nodesOf({ ...lost, leases: { ...lapsing, withheldFor }, nowMs: 104_000 }), ['b'])
    assert.deepEqual(nodesOf({ ...lost, leases: lapsing, nowMs: 104_000 }), [])
  })

  it('completes a move that was begun, also where the node is back', () =>
    assert.deepEqual(
      nodesOf({ ...lost, nodes: [guarded('a'), guarded('b')], leases: { withheldFor: () => 'a is dead' } })
        .length,
      1,
    ))

  it('fills the slot at once where the task has ended by its own word', () =>
    assert.equal(nodesOf({ ...lost, states: { 'shop.web.0.1': 'stopped' }, leases: lapsing }).length, 1))

  it('withholds nothing while there is no other place', () => {
    const nodes = [guarded('a', { draining: true }), node('b')]
    const plan = planOf({ ...lost, nodes, leases: lapsing })
    assert.deepEqual([plan.assign, plan.withhold], [[], []])
    assert.equal(plan.waiting[0]?.reason, 'no watchdog on 1 of 2 nodes, node is draining on 1 of 2 nodes')
  })

  it('releases nothing that may still run', () => {
    const plan = planOf({ ...lost, removed: true, nodes: [guarded('a')], leases: lapsing })
    assert.deepEqual(plan.release, [])
    assert.deepEqual(
      plan.withhold.map(({ reason }) => reason),
      ['the service was removed'],
    )
    const withheldFor = () => 'the service was removed'
    assert.equal(planOf({ ...lost, removed: true, leases: { withheldFor } }).release.length, 1)
  })

  it('takes a task from a node that answers, and has not asked for its lease for half a minute', () => {
    const scene = { ...lost, nodes: [guarded('a'), guarded('b')] }
    const silent = (ms: number) =>
      planOf({ ...scene, leases: { ...lapsing, silentForMs: () => ms } }).withhold
    assert.deepEqual(silent(29_999), [])
    assert.equal(silent(30_000)[0]?.reason, 'a has not asked for its lease for 30 s')
  })

  it('takes a node that lost leases after all others, and takes it', () => {
    const isHeldDown = (name: string) => name === 'b'
    const vacant = { spec: { exclusive: true }, leases: { isHeldDown } }
    assert.deepEqual(nodesOf({ ...vacant, nodes: [guarded('b'), guarded('c')] }), ['c'])
    assert.deepEqual(nodesOf({ ...vacant, nodes: [guarded('b')] }), ['b'])
  })

  it('waits where no watchdog can kill', () =>
    assert.equal(
      planOf({ spec: { exclusive: true }, nodes: [node('a'), node('b', { health: 'dead' })] }).waiting[0]
        ?.reason,
      'no watchdog on 1 of 2 nodes, node is dead on 1 of 2 nodes',
    ))
})
