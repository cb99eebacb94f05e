import assert from 'node:assert/strict'
import fc from 'fast-check'
import { judgeNodes } from '../../../node/scheduler/judge-nodes.ts'
import { previewPlan } from '../../../node/scheduler/preview.ts'
import type { ServiceSpec } from '../../../protocols/spec/index.ts'
import { node, type Scene, task, viewOf, WEB } from './reconcile/scenes.ts'

const specOf = (scene: Scene) => viewOf(scene).services[0]?.spec as ServiceSpec

describe('what speaks for and against each node', () => {
  const judged = (scene: Scene, slot: number | null = null) =>
    judgeNodes(viewOf(scene), {
      object: WEB,
      spec: specOf(scene),
      holder: scene.tasks?.find((each) => each.slot === slot) ?? null,
    }).map(({ name, rank, why, replicas }) => [name, rank, why, replicas])

  it('is told node by node: the best one first, then why others come later, then why some cannot', () => {
    const nodes = [
      node('a'),
      node('b'),
      node('c', { strain: 'on battery' }),
      node('d', { draining: true }),
      node('e', { health: 'dead' }),
    ]
    assert.deepEqual(judged({ nodes, tasks: [task(0, 'a')], spec: { replicas: 2 } }), [
      ['b', 1, '', 0],
      ['a', 2, 'more replicas of it are there', 1],
      ['c', 3, 'the machine is strained (on battery)', 0],
      ['d', null, 'node is draining', 0],
      ['e', null, 'node is dead', 0],
    ])
  })

  it('leaves the task of the slot itself out of count', () => {
    const scene = { nodes: [node('a'), node('b')], tasks: [task(0, 'a')], spec: { replicas: 1 } }
    assert.deepEqual(judged(scene, 0)[0]?.slice(0, 3), ['a', 1, ''])
  })

  it('names first whoever a plan would take', () => {
    const health = fc.constantFrom('alive' as const, 'dead' as const)
    const some = fc.uniqueArray(fc.record({ name: fc.constantFrom('a', 'b', 'c'), health }), {
      selector: ({ name }) => name,
    })
    fc.assert(
      fc.property(some, (rows) => {
        const scene = { nodes: rows.map(({ name, ...more }) => node(name, more)), spec: { replicas: 1 } }
        const view = viewOf(scene)
        const [planned] = previewPlan(view, [{ object: WEB, spec: specOf(scene) }]).assign
        const [first] = judgeNodes(view, { object: WEB, spec: specOf(scene), holder: null })
        assert.equal(first?.rank === 1 ? first.node : undefined, planned?.node)
      }),
    )
  })
})
