import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  fitsPeriod,
  mayBegin,
  openPeriod,
  PERIOD_MAX_MS,
  PERIOD_MIN_MS,
  PERIOD_MS,
} from '../../../crdt/records/index.ts'

const MIDNIGHT_MS = 1_763_683_200_000
const HOUR_MS = PERIOD_MIN_MS

describe('task records: the period that is open', () => {
  it('is the present one, from midnight on', () => {
    assert.equal(openPeriod(MIDNIGHT_MS + 13 * HOUR_MS, PERIOD_MS, -1), MIDNIGHT_MS)
    assert.equal(openPeriod(MIDNIGHT_MS - 1, PERIOD_MS, -1), MIDNIGHT_MS - PERIOD_MS)
  })

  it('is this hour where the present one is over, and the first after all that are where that is too', () => {
    const wallMs = MIDNIGHT_MS + 13.5 * HOUR_MS
    assert.equal(openPeriod(wallMs, PERIOD_MS, MIDNIGHT_MS), MIDNIGHT_MS + 13 * HOUR_MS)
    assert.equal(openPeriod(wallMs, PERIOD_MS, MIDNIGHT_MS + PERIOD_MS), MIDNIGHT_MS + PERIOD_MS + HOUR_MS)
  })

  it('is one that may begin then, is not over, and takes a record that ends now', () => {
    const hours = fc.integer({ min: 1, max: PERIOD_MAX_MS / HOUR_MS })
    fc.assert(
      fc.property(
        hours,
        fc.integer({ min: 0, max: 2 * MIDNIGHT_MS }),
        fc.integer({ min: -30, max: 30 }),
        (length, wallMs, behind) => {
          const closedThrough = Math.max(0, wallMs - (wallMs % HOUR_MS) + behind * HOUR_MS)
          const period = openPeriod(wallMs, length * HOUR_MS, closedThrough)
          assert.ok(mayBegin(period, PERIOD_MS))
          assert.ok(period > closedThrough)
          assert.ok(fitsPeriod(wallMs, period))
        },
      ),
    )
  })

  it('may not begin within an hour', () => {
    assert.ok(!mayBegin(MIDNIGHT_MS + 1, PERIOD_MS))
  })
})
