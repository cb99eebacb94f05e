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
  waits,
} from '../hand-made.ts'

describe('rehearsal report: a plug is pulled', () => {
  const options = handMade({ faults: [fault('kill', 30, 60, 'node2')] })
  const moved = 'node2 is dead; no replica there yet'
  const failover = [
    ...at(30, begins(0, 'node2')),
    ...at(31.8, dead('node2', 'node3')),
    ...at(31.9, dead('node2', 'node1')),
    ...at(32, assigned(0, 'shop.web.0.20', 'node5', moved)),
    ...at(32, { type: 'pulling', node: 'node5', image: 'web:1' }),
    ...at(37, { type: 'pulled', node: 'node5', image: 'web:1' }),
    ...at(38, ran('shop.web.0.20', 'node5')),
  ]

  it('gives the chain of causes from the plug to the container elsewhere', () => {
    const { web } = report(options, WHOLE, failover)
    assert.equal(web.outages.length, 1)
    const [outage] = web.outages
    assert.deepEqual([outage?.fromMs, outage?.toMs, outage?.least], [30_000, 38_000, 1])
    assert.deepEqual(outage?.slots.map(chain), [
      ['30 kill node2', '31.8 dead node2', '32 assigned node5', '37 pulled node5', '38 ran node5'],
    ])
    assert.deepEqual(web.moves, [
      { atMs: 32_000, slot: 0, task: 'shop.web.0.20', from: 'node2', to: 'node5', reason: moved },
    ])
    assert.equal(web.oneShare, 1)
    assert.equal(web.allShare, 1 - 8 / (120 - 6.1))
  })

  it('follows the slot when the next node dies too, and the leader', () => {
    const faults = [...options.faults, fault('kill', 33, null, 'node5', 'node1')]
    const { web, leaders } = report(
      { ...options, faults },
      WHOLE,
      failover.filter(({ atMs }) => atMs <= 32_000),
      at(33, begins(1, 'node5', 'node1')),
      at(34.5, dead('node5', 'node3')),
      at(35, leads('node3', 3)),
      at(35.5, waits(0, 'node is dead on 3 of 5 nodes')),
      at(36, assigned(0, 'shop.web.0.30', 'node3', 'node5 is dead')),
      at(42, ran('shop.web.0.30', 'node3')),
    )
    assert.deepEqual(web.outages[0]?.slots.map(chain), [
      [
        '30 kill node2',
        '31.8 dead node2',
        '32 assigned node5',
        '33 kill node5',
        '34.5 dead node5',
        '35 leader node3',
        '35.5 waiting',
        '36 assigned node3',
        '42 ran node3',
      ],
    ])
    // Two of three voters have no power, whatever node3 says.
    assert.deepEqual(leaders, [
      { node: 'node1', term: 2, fromMs: 0, toMs: 33_000 },
      { node: null, term: 0, fromMs: 33_000, toMs: null },
    ])
  })

  it('tells when the leader itself learned of the death, where that was late', () => {
    const { web } = report(
      options,
      WHOLE,
      at(30, begins(0, 'node2')),
      at(31, dead('node2', 'node3')),
      at(31.1, dead('node2', 'node4')),
      at(44, dead('node2', 'node1'), assigned(0, 'shop.web.0.20', 'node5', moved)),
      at(45, ran('shop.web.0.20', 'node5')),
    )
    assert.deepEqual(web.outages[0]?.slots.map(chain), [
      ['30 kill node2', '31 dead node2', '44 seen node1', '44 assigned node5', '45 ran node5'],
    ])
  })

  it('counts a node that comes back before anybody moved its task', () => {
    const { web } = report(
      options,
      WHOLE,
      at(30, begins(0, 'node2')),
      at(31, ends(0)),
      at(32, ran('shop.web.0.10', 'node2')),
    )
    assert.deepEqual(web.outages[0]?.slots.map(chain), [['30 kill node2', '32 ran node2']])
    assert.deepEqual(web.moves, [])
  })

  it('tells an outage that did not end', () => {
    const { web } = report(options, WHOLE, at(30, begins(0, 'node2')))
    assert.equal(web.outages[0]?.toMs, null)
    assert.equal(web.allShare, 1 - 90 / (120 - 6.1))
  })

  it('joins what overlaps to one outage, with the fewest that ran', () => {
    const faults = [...options.faults, fault('kill', 31, null, 'node4')]
    const { web } = report(
      { ...options, faults },
      WHOLE,
      at(30, begins(0, 'node2')),
      at(31, begins(1, 'node4')),
      at(33, assigned(0, 'shop.web.0.20', 'node3'), assigned(1, 'shop.web.1.21', 'node5')),
      at(34, ran('shop.web.0.20', 'node3')),
      at(36, ran('shop.web.1.21', 'node5')),
    )
    assert.deepEqual(
      web.outages.map(({ fromMs, toMs, least, slots }) => [fromMs, toMs, least, slots.length]),
      [[30_000, 36_000, 0, 2]],
    )
    assert.equal(web.oneShare, 1 - 3 / (120 - 6.1))
  })
})
