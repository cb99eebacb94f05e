import { deepEqual, equal, ok } from 'node:assert/strict'
import { systemClock } from '../../../node/daemon/system-clock.ts'
import { eventLoopDelay } from '../../../node/metrics/event-loop.ts'
import { LOOP_LOOK_MS, SCRAPED_MS } from '../../../node/metrics/limits.ts'
import { createHandClock } from '../../support/hand-clock.ts'

describe('the delay of the event loop', () => {
  it('is looked at from the first scrape on, and no more when nobody has scraped for long', () => {
    const clock = createHandClock()
    const { metric } = eventLoopDelay(clock)
    const seen: number[] = []
    const note = (seconds: number) => void seen.push(seconds)
    clock.pass(SCRAPED_MS)
    deepEqual(seen, [])
    metric.watch(note)
    metric.watch(note)
    clock.pass(LOOP_LOOK_MS)
    deepEqual(seen, [0])
    clock.pass(2 * SCRAPED_MS)
    equal(seen.length, SCRAPED_MS / LOOP_LOOK_MS)
    metric.watch(note)
    clock.pass(LOOP_LOOK_MS)
    equal(seen.length, SCRAPED_MS / LOOP_LOOK_MS + 1)
  })

  it('is at least for as long as somebody holds the event loop', async () => {
    const { metric, stop } = eventLoopDelay(systemClock)
    try {
      const { promise, resolve } = Promise.withResolvers<number>()
      metric.watch(resolve)
      const untilMs = performance.now() + 4 * LOOP_LOOK_MS
      while (performance.now() < untilMs);
      ok((await promise) >= (2 * LOOP_LOOK_MS) / 1000)
    } finally {
      stop()
    }
  })
})
