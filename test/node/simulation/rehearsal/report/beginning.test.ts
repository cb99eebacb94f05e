import assert from 'node:assert/strict'
import {
  assigned,
  at,
  begins,
  chain,
  ends,
  fault,
  handMade,
  leads,
  MESH,
  ran,
  report,
  service,
  WEB,
  WHOLE,
  waits,
} from '../hand-made.ts'

describe('rehearsal report: how it begins', () => {
  it('tells when a service was accepted and first ran whole, and what each slot waited for', () => {
    const { web, waits: waited } = report(handMade(), WHOLE)
    assert.equal(web.acceptedMs, 50)
    assert.equal(web.wholeMs, 6_100)
    assert.equal(web.countedFromMs, 6_100)
    assert.deepEqual(web.outages, [])
    assert.deepEqual([web.oneShare, web.allShare], [1, 1])
    assert.deepEqual(web.beginning.map(chain), [
      ['0 written node1', '0.05 accepted', '0.1 assigned node2', '5.1 pulled node2', '6 ran node2'],
      ['0 written node1', '0.05 accepted', '0.1 assigned node4', '5.1 pulled node4', '6.1 ran node4'],
    ])
    assert.deepEqual(
      waited.map(({ fromMs, toMs, node, for: what, detail }) => [fromMs, toMs, node, what, detail]),
      [
        [100, 5100, 'node2', 'image', 'web:1'],
        [100, 5100, 'node4', 'image', 'web:1'],
      ],
    )
  })

  it('says of a deployment without a majority that it waited for one', () => {
    const options = handMade({ faults: [fault('kill', 0, 20, 'node1', 'node2')] })
    const { web, waits: waited } = report(
      options,
      MESH,
      at(0, begins(0, 'node1', 'node2'), { type: 'written', node: 'node3' }),
      at(20, ends(0)),
      at(21, leads('node3', 3)),
      at(21.1, { type: 'accepted', object: WEB }),
    )
    assert.equal(web.acceptedMs, 21_100)
    assert.deepEqual(
      waited.map(({ fromMs, toMs, object, for: what }) => [fromMs, toMs, object, what]),
      [[0, 21_100, WEB, 'majority']],
    )
  })

  it('of what never ran whole counts from the deployment on', () => {
    const full = 'insufficient memory on 5 of 5 nodes'
    const { web, waits: waited } = report(
      handMade(),
      MESH,
      at(10, { type: 'written', node: 'node1' }, { type: 'accepted', object: WEB }),
      at(10, assigned(0, 'shop.web.0.9', 'node2'), waits(1, full)),
      at(65, ran('shop.web.0.9', 'node2')),
    )
    assert.deepEqual([web.wholeMs, web.countedFromMs], [null, 10_000])
    assert.deepEqual([web.oneShare, web.allShare], [0.5, 0])
    assert.deepEqual(web.unplaced, [{ slot: 1, reason: full }])
    assert.deepEqual(
      web.outages.map(({ fromMs, toMs, least }) => [fromMs, toMs, least]),
      [[10_000, null, 0]],
    )
    assert.deepEqual(
      waited.map(({ fromMs, toMs, slot, detail }) => [fromMs, toMs, slot, detail]),
      [[10_000, null, 1, full]],
    )
  })

  it('has nothing to say of a service without replicas', () => {
    const { web } = report(handMade({ services: [service('web', 0)] }), MESH)
    assert.deepEqual([web.oneShare, web.allShare, web.outages, web.unplaced], [1, 1, [], []])
  })
})
