import assert from 'node:assert/strict'
import { clocksOff } from '../../../node/daemon/clocks-off.ts'

const HOUR_MS = 3_600_000

describe('whose clock is off', () => {
  const judge = (ahead: Readonly<Record<string, number>>, leader: string | null = null) =>
    Object.fromEntries(
      clocksOff(new Map(Object.entries(ahead)), 'self', leader).map(({ node, aheadMs }) => [node, aheadMs]),
    )

  const cases: readonly (readonly [string, Record<string, number>, string | null, Record<string, number>])[] =
    [
      ['nobody, alone', {}, null, {}],
      ['nobody, where all agree within half a second', { a: 300, b: -400 }, null, {}],
      ['the one of three that is ahead', { a: HOUR_MS, b: 0 }, 'a', { a: HOUR_MS }],
      ['this node, where the others agree', { a: HOUR_MS, b: HOUR_MS }, null, { self: -HOUR_MS }],
      ['of two the one that does not lead', { a: HOUR_MS }, 'a', { self: -HOUR_MS }],
      ['of two the other, where this one leads', { a: HOUR_MS }, 'self', { a: HOUR_MS }],
      ['of two the other, where nobody leads', { a: HOUR_MS }, null, { a: HOUR_MS }],
      [
        'of four those that are off in other ways',
        { a: 10, b: HOUR_MS, c: -HOUR_MS },
        'self',
        { b: HOUR_MS, c: -HOUR_MS },
      ],
      [
        'of four the pair without the leader',
        { a: 0, b: HOUR_MS, c: HOUR_MS },
        'b',
        { self: -HOUR_MS, a: -HOUR_MS },
      ],
    ]
  for (const [what, ahead, leader, off] of cases)
    it(`is ${what}`, () => assert.deepEqual(judge(ahead, leader), off))
})
