import assert from 'node:assert/strict'
import {
  assigned,
  at,
  begins,
  chain,
  dead,
  ends,
  fault,
  handMade,
  leads,
  ran,
  report,
  WHOLE,
} from '../hand-made.ts'

describe('rehearsal report: a partition', () => {
  const options = handMade({ faults: [fault('partition', 40, 70, 'node1', 'node2')] })

  it('looks from the larger part: what runs in the smaller one does not count, and runs twice', () => {
    const { web, leaders } = report(
      options,
      WHOLE,
      at(40, begins(0, 'node1', 'node2')),
      at(41.9, dead('node2', 'node3')),
      at(45, assigned(0, 'shop.web.0.20', 'node5', 'node2 is dead')),
      at(46, ran('shop.web.0.20', 'node5')),
      at(70, ends(0)),
      at(70.5, { type: 'ended', task: 'shop.web.0.10', node: 'node2', how: 'stopped', detail: null }),
    )
    assert.deepEqual(web.outages[0]?.slots.map(chain), [
      ['40 partition node2', '41.9 dead node2', '45 assigned node5', '46 ran node5'],
    ])
    assert.deepEqual(web.doubles, [{ slot: 0, fromMs: 46_000, toMs: 70_500, nodes: ['node2', 'node5'] }])
    // Two of three voters are with the leader in the smaller part.
    assert.deepEqual(leaders, [{ node: 'node1', term: 2, fromMs: 0, toMs: null }])
  })

  it('does not listen to whom the smaller part calls dead', () => {
    const { web } = report(
      options,
      WHOLE,
      at(40, begins(0, 'node1', 'node2')),
      at(41.9, dead('node2', 'node3')),
      at(42, leads('node3', 3), assigned(0, 'shop.web.0.20', 'node5', 'node2 is dead')),
      at(42.1, dead('node5', 'node1')),
      at(46, ran('shop.web.0.20', 'node5')),
    )
    assert.deepEqual(web.outages[0]?.slots.map(chain), [
      ['40 partition node2', '41.9 dead node2', '42 leader node3', '42 assigned node5', '46 ran node5'],
    ])
  })

  it('ends an outage when it is over, where nobody could move anything', () => {
    const { web } = report(options, WHOLE, at(40, begins(0, 'node1', 'node2')), at(70, ends(0)))
    assert.deepEqual(web.outages[0]?.slots.map(chain), [['40 partition node2', '40 unled', '70 back node2']])
  })

  it('says that nothing moves while more than half of the nodes are dead', () => {
    const lost = ['node2', 'node4', 'node5']
    const { web } = report(
      handMade({ faults: [fault('kill', 40, null, ...lost)] }),
      WHOLE,
      at(40, begins(0, ...lost)),
      ...lost.map((node, nth) => at(41.5 + nth / 10, dead(node, 'node1'))),
    )
    assert.deepEqual(web.outages[0]?.slots.map(chain), [
      ['40 kill node2', '41.5 dead node2', '41.7 held'],
      ['40 kill node4', '41.6 dead node4', '41.7 held'],
    ])
  })

  it('of a leader without a majority says that nobody led, also while it believes so', () => {
    const { leaders } = report(
      handMade({ faults: [fault('partition', 40, 70, 'leader')] }),
      WHOLE,
      at(40, begins(0, 'node1')),
      at(41, leads('node2', 3)),
      at(41.5, { type: 'followed', node: 'node1' }),
    )
    assert.deepEqual(leaders, [
      { node: 'node1', term: 2, fromMs: 0, toMs: 40_000 },
      { node: null, term: 0, fromMs: 40_000, toMs: 41_000 },
      { node: 'node2', term: 3, fromMs: 41_000, toMs: null },
    ])
  })
})
