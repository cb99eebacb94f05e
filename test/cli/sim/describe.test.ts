import assert from 'node:assert/strict'
import { describeRehearsal } from '../../../cli/sim/describe.ts'
import { listed, percent, wrapped } from '../../../cli/sim/words.ts'
import type { Fact } from '../../../node/simulation/rehearsal/facts.ts'
import { reportOf } from '../../../node/simulation/rehearsal/report.ts'
import type { RehearsalOptions } from '../../../protocols/control/index.ts'
import {
  assigned,
  at,
  begins,
  fault,
  handMade,
  MESH,
  ran,
  service,
  WEB,
  WHOLE,
  waits,
} from '../../node/simulation/rehearsal/hand-made.ts'

const tell = (options: RehearsalOptions, ...facts: readonly (readonly Fact[])[]): string =>
  describeRehearsal(reportOf(options, facts.flat()))

describe('sim: words', () => {
  it('never round an outage away', () => {
    assert.deepEqual([1, 0.99999, 0.5, 0].map(percent), ['100 %', '99.9 %', '50.0 %', '0.0 %'])
  })

  it('are listed, and wrapped at spaces', () => {
    assert.deepEqual([['a'], ['a', 'b'], ['a', 'b', 'c']].map(listed), ['a', 'a and b', 'a, b and c'])
    const lines = wrapped('word '.repeat(60).trim(), '- ', '  ').split('\n')
    assert.deepEqual([lines.length, lines.at(-1)], [4, ''])
    assert.ok(lines.every((line) => line.length <= 110))
    assert.deepEqual(
      lines.slice(0, 2).map((line) => line.slice(0, 6)),
      ['- word', '  word'],
    )
  })

  it('say what was played, and whom a fault hit', () => {
    const faults = [
      fault('kill', 20, 40, 'leader', 'node3'),
      fault('partition', 50, null, 'node4', 'node5'),
      fault('pause', 60, 70, 'leader'),
    ]
    const told = tell(
      handMade({
        faults,
        nodes: [
          { name: 'node1', memoryMb: 512 },
          { name: 'node2', memoryMb: 2048 },
        ],
      }),
      WHOLE,
      at(20, begins(0, 'node1', 'node3')),
      at(50, begins(1, 'node4', 'node5')),
      at(60, begins(2)),
    ).replaceAll('\n', ' ')
    for (const sentence of [
      'Played 120.0s of shop on 2 nodes: node1 with 512 MB; node2 with 2 GB of memory, with seed 1.',
      'At 20.0s the plugs of node1 (the leader) and node3 were pulled, and put back at 40.0s.',
      'From 50.0s to the end node4 and node5 were cut off.',
      'At 60.0s nobody led who could be hit.',
      'What runs on the smaller side of a cut does not count as running.',
    ])
      assert.ok(told.includes(sentence), sentence)
  })

  it('propose a fault where there was none', () => {
    assert.match(tell(handMade(), WHOLE), /Nothing was done to the mesh; try --kill\s+leader@20s\./)
  })

  it('tell a service that was never accepted, and one that wants no replicas', () => {
    const services = [service('web', 2), service('idle', 0)]
    const told = tell(handMade({ services }), MESH, at(5, { type: 'written', node: 'node1' }))
    assert.match(told, /shop\/web\n {2}It was never accepted: nobody led who could\.\n/)
    assert.match(told, /shop\/idle\n {2}No replicas are wanted\.\n/)
    assert.match(told, /^shop\/idle +0 +- +- +- +- +- +-$/m)
  })

  it('leave out what is too long to read, and say so', () => {
    const many = Array.from({ length: 40 }, (_, slot) => slot)
    const told = tell(
      handMade({ services: [service('web', 40)], faults: [fault('kill', 30, null, 'node2')] }),
      MESH,
      at(0, { type: 'written', node: 'node1' }, { type: 'accepted', object: WEB }),
      many.flatMap((slot) => at(1, assigned(slot, `shop.web.${slot}.1`, 'node2'))),
      many.flatMap((slot) => at(2, ran(`shop.web.${slot}.1`, 'node2'))),
      at(30, begins(0, 'node2')),
    )
    assert.equal(told.match(/^ {4}slot /gm)?.length, 12)
    assert.match(told, /and 28 more; --json tells all of them/)
  })

  it('print no text of others that a terminal would obey', () => {
    const told = tell(handMade(), WHOLE, at(30, waits(0, 'no \u001b[31mroom\nhere')))
    assert.match(told, /waited for a place: no \[31mroom here/)
    assert.ok(!told.includes('\u001b'))
  })
})
