/** What membership promises of large meshes, under a virtual clock: the same on any machine. */
import assert from 'node:assert/strict'
import {
  countFalseDeaths,
  measureDeath,
  measureHealing,
  measureIdle,
  measureJoin,
  measureKill,
  measureMove,
} from '../../../../node/simulation/membership-scale/index.ts'
import { MEMBERSHIP_TIMINGS } from '../../../../protocols/membership/index.ts'

const mesh = (size: number, seed = 1) => ({ size, seed, timings: MEMBERSHIP_TIMINGS })
const SPREAD_MS = 2_000
const IDLE_KBIT_PER_SECOND = 50

describe('membership of many', function () {
  this.timeout(120_000)

  it('buries nobody who is well, though one in five hears everything late', () => {
    const load = { kind: 'deaf', members: 4, busyMs: [500, 3_000], freeMs: [100, 1_000] } as const
    assert.equal(countFalseDeaths({ ...mesh(20), lossRatio: 0.05 }, load, 60).ofWell, 0)
  })

  it('buries nobody at all where one in five stalls for half a second, again and again', () => {
    const load = { kind: 'stalled', members: 4, busyMs: [100, 600], freeMs: [100, 1_000] } as const
    assert.deepEqual(countFalseDeaths(mesh(20), load, 120), { ofWell: 0, ofBusy: 0 })
  })

  it('owes that to Lifeguard', () => {
    const { suspicionMs } = MEMBERSHIP_TIMINGS
    const timings = { ...MEMBERSHIP_TIMINGS, strainMax: 0, suspicionMaxMs: suspicionMs }
    const load = { kind: 'deaf', members: 4, busyMs: [500, 3_000], freeMs: [100, 1_000] } as const
    const { ofWell } = countFalseDeaths({ ...mesh(20), timings, lossRatio: 0.05, hasBuddy: false }, load, 60)
    assert.ok(ofWell > 0)
  })

  for (const [size, withinMs] of [
    [5, 2_300],
    [20, 2_500],
    [200, 4_000],
  ] as const)
    it(`of ${size} finds a dead member within ${withinMs} ms`, () => {
      for (let seed = 1; seed <= 3; seed++) {
        const { nearlyAllMs } = measureDeath(mesh(size, seed))
        assert.ok(nearlyAllMs <= withinMs, `seed ${seed}: ${nearlyAllMs} ms`)
      }
    })

  it('of 200 knows of a death, a move and a newcomer within 2 s', () => {
    const { firstMs, nearlyAllMs } = measureDeath(mesh(200))
    assert.ok(nearlyAllMs - firstMs <= SPREAD_MS)
    assert.ok(measureMove(mesh(200)).nearlyAllMs <= SPREAD_MS)
    assert.ok(measureJoin(mesh(200)).nearlyAllMs <= SPREAD_MS)
  })

  it('of 1,000 knows of a move within 2 s, and costs at most 50 kbit/s in both directions together', () => {
    assert.ok(measureMove(mesh(1_000)).nearlyAllMs <= SPREAD_MS)
    const { sentKbitPerSecond, receivedKbitPerSecond } = measureIdle(mesh(1_000), 7)
    assert.ok(sentKbitPerSecond + receivedKbitPerSecond <= IDLE_KBIT_PER_SECOND)
  })

  it('is whole again within 6 s after a partition, and buries none of the own half on the word of the other', () => {
    const { wholeMs, buried } = measureHealing(mesh(100), 5_000)
    assert.ok(wholeMs !== null && wholeMs <= 6_000, `${wholeMs} ms`)
    assert.equal(buried, 0)
  })

  for (const size of [3, 5, 10])
    it(`of ${size} knows of a silent member within 1.5 s, and of a killed one within 1 s, in the median of 30`, () => {
      const meshes = Array.from({ length: 30 }, (_, at) => mesh(size, at + 1))
      const median = (times: readonly { readonly firstMs: number }[]): number =>
        times.map(({ firstMs }) => firstMs).sort((a, b) => a - b)[times.length / 2] as number
      const silentMs = median(meshes.map(measureDeath))
      const killedMs = median(meshes.map(measureKill))
      assert.ok(silentMs <= 1_500, `silent: ${silentMs} ms`)
      assert.ok(killedMs <= 1_000, `killed: ${killedMs} ms`)
    })
})
