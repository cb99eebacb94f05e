import assert from 'node:assert/strict'
import fc from 'fast-check'
import { type NodeHealth, reconcile } from '../../../../node/scheduler/index.ts'
import { HEAD, node, OLDER, planOf, task, viewOf } from './scenes.ts'

describe('reconcile', () => {
  const health = fc.constantFrom<NodeHealth>('alive', 'suspect', 'dead', 'left', 'unknown')
  const scenes = fc.record({
    nodes: fc
      .uniqueArray(fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd'), health, draining: fc.boolean() }), {
        selector: ({ name }) => name,
      })
      .map((nodes) => nodes.map(({ name, ...more }) => node(name, more))),
    tasks: fc
      .array(fc.tuple(fc.nat(5), fc.constantFrom('a', 'b', 'e'), fc.boolean()))
      .map((rows) =>
        [...new Map(rows.map((row) => [row[0], row])).values()].map(([slot, on, isOld]) =>
          task(slot, on, isOld ? OLDER : HEAD),
        ),
      ),
    replicas: fc.nat(6),
  })

  it('plans no more than it is asked for, and the rest with the next views', () => {
    const view = viewOf({ nodes: [node('a'), node('b')], spec: { replicas: 5 } })
    const all = reconcile(view)
    assert.equal(all.assign.length, 5)
    assert.deepEqual(reconcile(view, 2).assign, all.assign.slice(0, 2))
  })

  it('plans the same from the same view, each slot once, and never on a node that cannot take it', () => {
    fc.assert(
      fc.property(scenes, ({ nodes, tasks, replicas }) => {
        const scene = { nodes, tasks, spec: { replicas } }
        const plan = planOf(scene)
        assert.deepEqual(planOf(scene), plan)
        const slots = plan.assign.map(({ slot }) => slot)
        assert.equal(new Set(slots).size, slots.length)
        for (const { node: chosen } of plan.assign) {
          const at = nodes.find(({ node }) => node === chosen)
          assert.ok(at?.health === 'alive' && !at.draining)
        }
      }),
    )
  })
})
