import assert from 'node:assert/strict'
import type { TaskState } from '../../../../protocols/tasks/index.ts'
import { HEAD, NOTHING, node, nodesOf, OLDER, planOf, profile, task } from './scenes.ts'

describe('reconcile: filling slots', () => {
  it('spreads replicas over the nodes', () => {
    const nodes = ['a', 'b', 'c'].map((name) => node(name))
    assert.deepEqual(nodesOf({ spec: { replicas: 3 }, nodes }).sort(), ['a', 'b', 'c'])
  })

  it('puts a single replica on the fullest node that has room', () => {
    const small = node('b', { profile: profile({ memoryMb: 512 }) })
    assert.deepEqual(nodesOf({ nodes: [node('a'), small, node('c')] }), ['b'])
  })

  it('does nothing when every slot has its task', () => {
    const plan = planOf({ nodes: [node('a')], tasks: [task(0, 'a')] })
    assert.deepEqual(plan, NOTHING)
  })

  it('names the task that it replaces, and says why', () => {
    const [assign] = planOf({
      nodes: [node('a', { health: 'dead' }), node('b'), node('c')],
      tasks: [task(0, 'a')],
    }).assign
    assert.equal(assign?.replaces, 'shop.web.0.1')
    assert.match(assign?.reason ?? '', /^a is dead; no replica there yet/)
  })

  it('releases what is beyond the replicas, and everything of a removed service', () => {
    const tasks = [task(0, 'a'), task(1, 'a')]
    assert.deepEqual(
      planOf({ nodes: [node('a')], tasks }).release.map(({ task }) => task),
      ['shop.web.1.2'],
    )
    assert.equal(planOf({ nodes: [node('a')], tasks, removed: true }).release.length, 2)
  })
})

describe('reconcile: tasks that ended', () => {
  const nodes = [node('a'), node('b')]
  const ended = (state: TaskState) => ({ nodes, tasks: [task(0, 'a')], states: { 'shop.web.0.1': state } })

  it('replaces a failed, rejected or stopped task, and leaves a completed one', () => {
    const counts = (['failed', 'rejected', 'stopped', 'completed'] as const).map(
      (state) => nodesOf(ended(state)).length,
    )
    assert.deepEqual(counts, [1, 1, 1, 0])
  })

  it('tries another node than the one where it failed', () => {
    const failures = { count: 1, lastAtMs: 0, lastNode: 'a' }
    assert.deepEqual(nodesOf({ ...ended('failed'), failures }), ['b'])
  })

  it('waits longer after each failure and says until when', () => {
    const failures = { count: 3, lastAtMs: 98_000, lastNode: 'a' }
    const plan = planOf({ ...ended('failed'), failures })
    assert.equal(plan.retryAtMs, 102_000)
    assert.equal(plan.waiting[0]?.reason, 'it ended 3 times; the next try is in 2 s')
  })
})

describe('reconcile: updates in a mesh of version 1', () => {
  const nodes = ['a', 'b', 'c'].map((name) => node(name))
  const old = nodes.map(({ node }, slot) => task(slot, node, OLDER))
  const scene = { spec: { replicas: 3 }, nodes, tasks: old, hasUpdates: false }

  it('replaces one outdated slot at a time', () => {
    const { assign, progress } = planOf(scene)
    assert.deepEqual(
      assign.map(({ slot, revision }) => [slot, revision]),
      [[0, HEAD]],
    )
    assert.deepEqual(progress, [])
  })

  it('stops at a slot whose new task does not run', () => {
    const tasks = [task(0, 'a'), ...old.slice(1)]
    assert.deepEqual(planOf({ ...scene, tasks, states: { 'shop.web.0.1': 'starting' } }).assign, [])
  })
})
