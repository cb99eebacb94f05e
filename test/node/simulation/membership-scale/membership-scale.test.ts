/** What membership promises of large meshes, under a virtual clock: the same on any machine. */
import assert from 'node:assert/strict'
import {
  countFalseDeaths,
  measureDeath,
  measureHealing,
  measureIdle,
  measureJoin,
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

  it('is whole again after a partition', () => {
    const healedMs = measureHealing(mesh(50), 10_000)
    assert.ok(healedMs !== null && healedMs <= 10_000, `${healedMs} ms`)
  })
})
