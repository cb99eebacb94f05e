import { deepEqual, equal, match } from 'node:assert/strict'
import { createMetrics } from '../../../node/metrics/index.ts'
import type { Metric } from '../../../node/ports/metrics.ts'
import { readExposition } from '../../support/exposition.ts'
import { silentLogger } from '../../support/silent-logger.ts'
import { recordingLogger } from '../control/fixture.ts'

const metric = (name: string, more: Partial<Metric>): Metric => ({
  name,
  help: `What ${name} is`,
  type: 'gauge',
  read: () => 0,
  ...more,
})

describe('metrics as text', () => {
  const textOf = (...metrics: Metric[]) =>
    createMetrics({ metrics: () => metrics, logger: silentLogger }).text()

  it('hold each with its help, its type and its values as they are now', async () => {
    let alive = 3
    const metrics = createMetrics({
      logger: silentLogger,
      metrics: () => [
        metric('up', { read: () => 1 }),
        metric('bytes_total', { type: 'counter', read: async () => 7 }),
        metric('members', {
          labels: ['state'],
          read: () => [
            { labels: { state: 'alive' }, value: alive },
            { labels: { state: 'dead' }, value: 0 },
          ],
        }),
      ],
    })
    const before = readExposition(await metrics.text())
    deepEqual(before.types, { up: 'gauge', bytes_total: 'counter', members: 'gauge' })
    deepEqual(before.values, {
      up: 1,
      bytes_total: 7,
      'members{state="alive"}': 3,
      'members{state="dead"}': 0,
    })
    alive = 2
    equal(readExposition(await metrics.text()).values['members{state="alive"}'], 2)
  })

  it('leave out a value that there is not now, and one that is gone', async () => {
    let samples = [{ labels: { state: 'odd' }, value: 1 }]
    const metrics = createMetrics({
      logger: silentLogger,
      metrics: () => [
        metric('share_ratio', { read: () => null }),
        metric('by', { labels: ['state'], read: () => samples }),
      ],
    })
    deepEqual(readExposition(await metrics.text()).values, { 'by{state="odd"}': 1 })
    samples = []
    deepEqual(readExposition(await metrics.text()).values, {})
  })

  it('escape what a label says', async () => {
    const text = await textOf(
      metric('by', { labels: ['what'], read: () => [{ labels: { what: 'a "b"\\\n' }, value: 1 }] }),
    )
    match(text, /^by\{what="a \\"b\\"\\\\\\n"\} 1$/m)
  })

  it('leave out one that fails, and say so in the log', async () => {
    const logger = recordingLogger()
    const broken = metric('broken', {
      read: () => {
        throw new Error('a bug')
      },
    })
    const text = await createMetrics({
      metrics: () => [broken, metric('well', { read: () => 1 })],
      logger,
    }).text()
    deepEqual(readExposition(text).values, { well: 1 })
    equal(logger.lines.length, 1)
    match(logger.lines[0] ?? '', /broken.*a bug/)
  })

  it('are read once for all who ask at the same time, and not before anybody does', async () => {
    let reads = 0
    const metrics = createMetrics({
      logger: silentLogger,
      metrics: () => [metric('slow', { read: async () => ++reads })],
    })
    equal(reads, 0)
    const [one, other] = await Promise.all([metrics.text(), metrics.text()])
    equal(one, other)
    equal(reads, 1)
    equal(readExposition(await metrics.text()).values.slow, 2)
  })

  it('of two daemons in one process do not meet', async () => {
    const [one, other] = await Promise.all([
      textOf(metric('same', { read: () => 1 })),
      textOf(metric('same', { read: () => 2 })),
    ])
    equal(readExposition(one).values.same, 1)
    equal(readExposition(other).values.same, 2)
  })

  it('count what is seen into buckets', async () => {
    const seen: ((value: number) => void)[] = []
    const metrics = createMetrics({
      logger: silentLogger,
      metrics: () => [
        {
          name: 'delay_seconds',
          help: 'A delay',
          type: 'histogram',
          buckets: [0.1, 1],
          watch: (observe) => void seen.push(observe),
        },
      ],
    })
    await metrics.text()
    for (const value of [0.05, 0.5, 5]) seen[0]?.(value)
    const { values } = readExposition(await metrics.text())
    deepEqual(
      [
        values['delay_seconds_bucket{le="0.1"}'],
        values['delay_seconds_bucket{le="1"}'],
        values['delay_seconds_bucket{le="+Inf"}'],
      ],
      [1, 2, 3],
    )
    equal(values.delay_seconds_sum, 5.55)
  })
})
