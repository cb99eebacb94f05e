import assert from 'node:assert/strict'
import fc from 'fast-check'
import { compareHlc, HLC_AHEAD_MAX_MS, HLC_ZERO, receiveHlc, tickHlc } from '../../crdt/index.ts'

const hlc = fc.record({ wallMs: fc.nat({ max: 2000 }), counter: fc.integer({ min: 0, max: 0xffff }) })
const wall = fc.nat({ max: 2000 })

describe('the hybrid logical clock', () => {
  it('rises with each event of its own, whatever the wall clock does', () => {
    fc.assert(
      fc.property(hlc, wall, (last, wallMs) => {
        const next = tickHlc(last, wallMs)
        assert.ok(compareHlc(next, last) > 0)
        assert.ok(next.wallMs >= wallMs && next.counter <= 0xffff)
      }),
    )
  })

  it('never goes back on what it receives, and runs at most so far ahead', () => {
    fc.assert(
      fc.property(hlc, hlc, wall, (last, remote, wallMs) => {
        const next = receiveHlc(last, remote, wallMs)
        assert.ok(compareHlc(next, last) >= 0)
        assert.ok(next.wallMs <= Math.max(last.wallMs, wallMs + HLC_AHEAD_MAX_MS))
      }),
    )
  })

  it('puts an event after one that was received within that bound', () => {
    fc.assert(
      fc.property(hlc, hlc, wall, (last, remote, wallMs) => {
        fc.pre(remote.wallMs < wallMs + HLC_AHEAD_MAX_MS)
        assert.ok(compareHlc(tickHlc(receiveHlc(last, remote, wallMs), wallMs), remote) > 0)
      }),
    )
  })

  it('carries a full counter into the milliseconds', () => {
    assert.deepEqual(tickHlc({ wallMs: 5, counter: 0xffff }, 5), { wallMs: 6, counter: 0 })
    assert.deepEqual(tickHlc(HLC_ZERO, 0), { wallMs: 0, counter: 1 })
  })
})
