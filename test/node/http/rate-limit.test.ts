import assert from 'node:assert/strict'
import { CLIENTS_COUNTED_MAX } from '../../../node/http/limits.ts'
import { createRateLimit } from '../../../node/http/rate-limit.ts'
import { createHandClock } from '../../support/hand-clock.ts'

const SECOND_MS = 1000
const RATE = { atOnce: 50, perSecond: 5 }

describe('the rate limit', () => {
  const takeAll = (take: () => number | null): number => {
    let taken = 0
    while (take() === null) taken += 1
    return taken
  }

  it('lets a client send many at once, then some a second, and says how long to wait', () => {
    const clock = createHandClock()
    const rate = createRateLimit(clock, RATE)
    const take = () => rate.take('192.0.2.7')
    assert.equal(takeAll(take), RATE.atOnce)
    assert.equal(take(), SECOND_MS / RATE.perSecond)
    clock.pass(SECOND_MS)
    assert.equal(takeAll(take), RATE.perSecond)
    clock.pass(3600 * SECOND_MS)
    assert.equal(takeAll(take), RATE.atOnce)
  })

  it('counts each client by itself', () => {
    const rate = createRateLimit(createHandClock(), RATE)
    takeAll(() => rate.take('192.0.2.7'))
    assert.equal(rate.take('192.0.2.8'), null)
  })

  it('takes more for what costs more, and never into debt', () => {
    const clock = createHandClock()
    const rate = createRateLimit(clock, RATE)
    rate.take('192.0.2.7', RATE.atOnce - 5)
    rate.take('192.0.2.7', 1000)
    assert.notEqual(rate.take('192.0.2.7', 1000), null)
    clock.pass(SECOND_MS)
    assert.equal(rate.take('192.0.2.7'), null)
  })

  it('forgets the client that was seen longest ago where there are too many', () => {
    const rate = createRateLimit(createHandClock(), RATE)
    takeAll(() => rate.take('first'))
    takeAll(() => rate.take('second'))
    for (let client = 0; client < CLIENTS_COUNTED_MAX - 2; client++) rate.take(String(client))
    assert.notEqual(rate.take('first'), null)
    rate.take('one more')
    assert.equal(rate.take('second'), null)
    assert.notEqual(rate.take('first'), null)
  })
})
