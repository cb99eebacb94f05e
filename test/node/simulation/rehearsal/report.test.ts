import assert from 'node:assert/strict'
import { Value } from 'typebox/value'
import type { Fact } from '../../../../node/simulation/rehearsal/facts.ts'
import { reportOf } from '../../../../node/simulation/rehearsal/report.ts'
import {
  type Downtime,
  type RehearsalOptions,
  RehearsalSchema,
  type RehearsedService,
} from '../../../../protocols/control/index.ts'
import {
  assigned,
  at,
  begins,
  dead,
  ends,
  fault,
  handMade,
  leads,
  MESH,
  ran,
  service,
  WEB,
  WHOLE,
  waits,
} from './hand-made.ts'

/** The report, held to its schema, and its first service. */
const report = (options: RehearsalOptions, ...facts: readonly (readonly Fact[])[]) => {
  const rehearsal = reportOf(options, facts.flat())
  assert.deepEqual([...Value.Errors(RehearsalSchema, rehearsal)], [])
  return { ...rehearsal, web: rehearsal.services[0] as RehearsedService }
}

/** `30.0 kill node2` and so on. */
const chain = ({ steps }: Downtime): string[] =>
  steps.map(({ atMs, type, node }) => `${atMs / 1000} ${type}${node === null ? '' : ` ${node}`}`)

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

describe('rehearsal report: other causes', () => {
  it('a paused machine runs nothing, and is back when it goes on', () => {
    const options = handMade({ faults: [fault('pause', 40, 41, 'node2')] })
    const { web } = report(options, WHOLE, at(40, begins(0, 'node2')), at(41, ends(0)))
    assert.deepEqual(web.outages[0]?.slots.map(chain), [['40 pause node2', '41 back node2']])
  })

  it('what starts while its machine stands still runs when it goes on', () => {
    const options = handMade({ faults: [fault('kill', 30, null, 'node2'), fault('pause', 35, 50, 'node5')] })
    const { web } = report(
      options,
      WHOLE,
      at(30, begins(0, 'node2')),
      at(34.9, assigned(0, 'shop.web.0.20', 'node5')),
      at(35, begins(1, 'node5')),
      at(36, ran('shop.web.0.20', 'node5')),
      at(50, ends(1)),
    )
    assert.deepEqual(web.outages[0]?.slots.map(chain), [
      ['30 kill node2', '34.9 assigned node5', '35 pause node5', '50 back node5'],
    ])
  })

  it('a program that ends by itself, and a task that was replaced, say why', () => {
    const { web } = report(
      handMade(),
      WHOLE,
      at(20, {
        type: 'ended',
        task: 'shop.web.0.10',
        node: 'node2',
        how: 'exited',
        detail: 'it ended with code 1',
      }),
      at(21, ran('shop.web.0.10', 'node2')),
      at(30, assigned(1, 'shop.web.1.21', 'node3', 'a newer revision was accepted')),
      at(30.1, { type: 'ended', task: 'shop.web.1.11', node: 'node4', how: 'stopped', detail: null }),
      at(32, ran('shop.web.1.21', 'node3')),
    )
    assert.deepEqual(
      web.outages.map(({ slots: [slot] }) => [slot?.steps[0]?.type, slot?.steps[0]?.detail]),
      [
        ['exited', 'it ended with code 1'],
        ['stopped', 'a newer revision was accepted'],
      ],
    )
  })

  it('tells a wait once while its reason only counts down', () => {
    const { waits: waited } = report(
      handMade(),
      WHOLE,
      at(20, waits(0, 'it ended once; the next try is in 2 s')),
      at(21, waits(0, 'it ended once; the next try is in 1 s')),
      at(22, assigned(0, 'shop.web.0.20', 'node3')),
    )
    assert.deepEqual(
      waited.filter(({ for: what }) => what === 'place').map(({ fromMs, toMs }) => [fromMs, toMs]),
      [[20_000, 22_000]],
    )
  })

  it('gives the reason to which it comes, not those on the way', () => {
    const [suspect, gone, full] = [
      'node is suspect on 1 of 5 nodes',
      'node is dead on 1 of 5 nodes',
      'no room',
    ]
    const { waits: waited } = report(
      handMade(),
      WHOLE,
      at(20, waits(0, suspect as string)),
      at(20.7, waits(0, gone as string)),
      at(40, waits(0, full as string)),
      at(50, waits(0, null)),
    )
    assert.deepEqual(
      waited
        .filter(({ for: what }) => what === 'place')
        .map(({ fromMs, toMs, detail }) => [fromMs, toMs, detail]),
      [
        [20_000, 40_000, gone],
        [40_000, 50_000, full],
      ],
    )
  })

  it('says whom a fault hit, and that it hit nobody', () => {
    const options = handMade({
      faults: [fault('kill', 30, null, 'leader'), fault('kill', 30, null, 'leader')],
    })
    const { played } = report(options, WHOLE, at(30, begins(0, 'node1'), begins(1)))
    assert.deepEqual(
      played.faults.map(({ nodes }) => nodes),
      [['node1'], []],
    )
  })
})
