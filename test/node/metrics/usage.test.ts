import { equal } from 'node:assert/strict'
import { USAGE_SPAN_MS, USAGE_STEP_MS } from '../../../node/metrics/limits.ts'
import { readProcessors } from '../../../node/metrics/process.ts'
import { createUsage } from '../../../node/metrics/usage.ts'

describe('usage', () => {
  it('is that of all the time before, for the first who asks', () => {
    equal(createUsage()({ atMs: 5_000, busy: 250, whole: 1_000 }), 25)
  })

  it('is that since the last reading, for a reader who comes now and then', () => {
    const usage = createUsage()
    usage({ atMs: 0, busy: 250, whole: 1_000 })
    equal(usage({ atMs: USAGE_SPAN_MS, busy: 1_250, whole: 2_000 }), 100)
    equal(usage({ atMs: 2 * USAGE_SPAN_MS, busy: 1_250, whole: 3_000 }), 0)
  })

  it('is not taken from one reader by another who asked a moment ago', () => {
    const usage = createUsage()
    usage({ atMs: 0, busy: 0, whole: 1_000 })
    usage({ atMs: USAGE_SPAN_MS - USAGE_STEP_MS, busy: 1_000, whole: 2_000 })
    equal(usage({ atMs: USAGE_SPAN_MS, busy: 1_000, whole: 3_000 }), 50)
  })

  it('is none where no time has passed', () => {
    const usage = createUsage()
    equal(usage({ atMs: 0, busy: 0, whole: 0 }), 0)
  })
})

describe('the processors of a machine', () => {
  it('are read from the first line of /proc/stat: waiting for a disk is idle, a guest is a user', () => {
    const stat = 'cpu  100 10 50 800 40 5 5 30 99 9\ncpu0 1 2 3 4 5 6 7 8 9 10\n'
    const read = readProcessors(stat)
    equal(read?.busy, 200)
    equal(read?.whole, 1_040)
  })

  it('are not told where the file says something else', () => {
    for (const stat of ['', 'intr 1 2 3', 'cpu 1 2']) equal(readProcessors(stat), null)
  })
})
