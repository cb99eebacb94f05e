import assert from 'node:assert/strict'
import { summarize } from '../../bench/report.ts'

const figure = (samples: readonly number[]) => summarize({ metric: 'someMs', unit: 'ms', samples })
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

describe('a figure of a benchmark', () => {
  it('has the median and the greatest of its samples, in whatever order they came', () => {
    assert.deepEqual(figure([30, 10, 20]), {
      metric: 'someMs',
      unit: 'ms',
      n: 3,
      median: 20,
      max: 30,
      p99: null,
      peer: null,
      ratio: null,
    })
  })

  const medians: readonly (readonly [readonly number[], number])[] = [
    [[7], 7],
    [[1, 2], 1.5],
    [[4, 1, 3, 2], 2.5],
    [[5, 1, 4, 2, 3], 3],
    [[1.2345], 1.23],
  ]
  for (const [samples, median] of medians) {
    it(`has the median ${median} of ${samples.join(', ')}`, () => {
      assert.equal(figure(samples).median, median)
    })
  }

  it('has a 99th percentile from 100 samples on', () => {
    assert.equal(figure(upTo(99)).p99, null)
    assert.equal(figure(upTo(100)).p99, 99)
    assert.equal(figure(upTo(1000)).p99, 990)
  })

  it('is ours divided by that of the peer', () => {
    const peer = { name: 'another', samples: [40, 20] }
    const { peer: theirs, ratio } = summarize({ metric: 'someMs', unit: 'ms', samples: [10, 20], peer })
    assert.deepEqual(theirs, { name: 'another', median: 30 })
    assert.equal(ratio, 0.5)
  })
})
