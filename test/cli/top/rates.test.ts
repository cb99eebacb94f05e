import assert from 'node:assert/strict'
import { ratesOf, type Usage } from '../../../cli/top/rates.ts'
import { bytes, topTable } from '../../../cli/top/table.ts'

const usage = (more: Partial<Usage>): Usage => ({
  task: 'shop.web.0.7',
  node: '12D3KooWGzBkWmYQHh8ytmPGbSj1pnSyZ4GhVYNdBWBFFCTTCEDQ',
  name: 'attic',
  atMs: 1_000,
  cpuUs: 0,
  memoryBytes: 1024 ** 2,
  memoryLimitBytes: null,
  pids: 3,
  pidsLimit: 10,
  networkInBytes: 0,
  networkOutBytes: 0,
  diskReadBytes: null,
  diskWriteBytes: null,
  ...more,
})

describe('top: what tasks use', () => {
  it('is the difference of two looks, by the second', () => {
    const [rates] = ratesOf([usage({})], [usage({ atMs: 3_000, cpuUs: 3_000_000, networkInBytes: 2_048 })])
    assert.equal(rates?.cpus, 1.5)
    assert.equal(rates?.networkIn, 1_024)
    assert.equal(rates?.diskRead, null)
  })

  it('is not known of what was not there before, and never below nothing', () => {
    const [fresh] = ratesOf([], [usage({})])
    assert.equal(fresh?.cpus, null)
    const [anew] = ratesOf([usage({ cpuUs: 9_000_000 })], [usage({ atMs: 2_000, cpuUs: 1_000 })])
    assert.equal(anew?.cpus, 0)
  })

  it('is a table with the busiest first', () => {
    const busy = usage({ task: 'shop.db.0.8', atMs: 2_000, cpuUs: 500_000 })
    const rates = ratesOf([usage({}), usage({ task: 'shop.db.0.8' })], [usage({ atMs: 2_000 }), busy])
    const [, first = '', second = ''] = topTable(rates).split('\n')
    assert.match(first, /^shop\.db\.0\.8 +attic +50\.0 % +1\.0 MiB +3 \/ 10 +0 B \/ 0 B +-$/)
    assert.match(second, /^shop\.web/)
  })

  it('is told in bytes as people say them', () => {
    assert.deepEqual([0, 1023, 1536, 250 * 1024 ** 2, 3 * 1024 ** 4].map(bytes), [
      '0 B',
      '1023 B',
      '1.5 KiB',
      '250 MiB',
      '3.0 TiB',
    ])
  })
})
