import assert from 'node:assert/strict'
import type { NodeHealth, SchedulerNode } from '../../../../node/scheduler/index.ts'
import { NOTHING, node, nodesOf, planOf, profile, task, WEB } from './scenes.ts'

describe('reconcile: lost nodes', () => {
  const moves = (health: NodeHealth, more: Partial<SchedulerNode> = {}) =>
    nodesOf({ nodes: [node('a', { health, ...more }), node('b'), node('c')], tasks: [task(0, 'a')] }).length

  it('moves from the dead, the left and the draining, not from the suspect', () => {
    assert.deepEqual(
      ['dead', 'left', 'suspect', 'alive'].map((health) => moves(health as NodeHealth)),
      [1, 1, 0, 0],
    )
    assert.equal(moves('alive', { draining: true }), 1)
  })

  it('moves from a node that is no member any more', () => {
    assert.deepEqual(nodesOf({ nodes: [node('b')], tasks: [task(0, 'a')] }), ['b'])
  })

  it('gives a node that was never heard from a minute', () => {
    const scene = {
      nodes: [node('a', { health: 'unknown', healthSinceMs: 50_000 }), node('b'), node('c')],
      tasks: [task(0, 'a')],
    }
    assert.deepEqual(planOf({ ...scene, nowMs: 100_000 }), {
      ...NOTHING,
      retryAtMs: 110_000,
      unsettled: new Set([WEB]),
    })
    assert.equal(planOf({ ...scene, nowMs: 110_000 }).assign.length, 1)
  })

  it('gives the containers of a node that was asked to stop a minute, not its processes', () => {
    const stopping = node('a', {
      health: 'dead',
      healthSinceMs: 50_000,
      profile: profile({ stopping: true }),
    })
    const scene = { nodes: [stopping, node('b'), node('c')], tasks: [task(0, 'a')] }
    assert.equal(planOf({ ...scene, runtime: 'docker' }).retryAtMs, 110_000)
    assert.equal(planOf({ ...scene, runtime: 'docker', nowMs: 110_000 }).assign.length, 1)
    assert.equal(planOf({ ...scene, runtime: 'process' }).assign.length, 1)
  })

  for (const health of ['dead', 'suspect', 'unknown'] as const) {
    it(`moves nothing while more than half of the members are silent: one dead, one ${health}`, () => {
      const nodes = [node('a', { health: 'dead' }), node('b', { health }), node('c')]
      assert.deepEqual(nodesOf({ nodes, tasks: [task(0, 'a')] }), [])
    })
  }

  it('says of each slot that is held back why it stays, of those on silent nodes alone', () => {
    const nodes = [node('a', { health: 'dead' }), node('b', { health: 'unknown' }), node('c')]
    const tasks = [task(0, 'a'), task(1, 'b'), task(2, 'c')]
    const held = 'nothing moves while 2 of 3 members are silent'
    assert.deepEqual(planOf({ spec: { replicas: 3 }, nodes, tasks }).waiting, [
      { object: WEB, slot: 0, reason: `a is dead; ${held}`, retryAtMs: null },
      { object: WEB, slot: 1, reason: `b was not heard from; ${held}`, retryAtMs: null },
    ])
  })

  it('says nothing of holding back where one is dead of three', () => {
    const nodes = [node('a', { health: 'dead' }), node('b'), node('c')]
    assert.deepEqual(planOf({ nodes, tasks: [task(0, 'a')] }).waiting, [])
  })
})
