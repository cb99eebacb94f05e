import assert from 'node:assert/strict'
import {
  assigned,
  at,
  begins,
  chain,
  ends,
  fault,
  handMade,
  ran,
  report,
  WHOLE,
  waits,
} from '../hand-made.ts'

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
