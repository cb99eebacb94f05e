import assert from 'node:assert/strict'
import { systemClock } from '../../../node/daemon/system-clock.ts'
import { PeerClocks } from '../../../node/intent/peer-clocks.ts'
import type { Clock } from '../../../node/ports/clock.ts'
import { eventually } from '../../support/eventually.ts'
import { createMembers } from './members.ts'

const HOUR_MS = 3_600_000

describe('intent: the clocks of peers', () => {
  it('that are an hour ahead or behind are known for it, by whoever hears them', async () => {
    const members = await createMembers()
    try {
      const off = (byMs: number): Clock => ({ ...systemClock, wallMs: () => systemClock.wallMs() + byMs })
      const here = await members.add()
      const ahead = await members.add({ clock: off(HOUR_MS) })
      const hours = (by: ReadonlyMap<string, number>) =>
        new Map([...by].map(([node, aheadMs]) => [node, Math.round(aheadMs / HOUR_MS)]))
      const told = await eventually('both know', () => {
        const [one, other] = [here.intent.clocksAheadMs(), ahead.intent.clocksAheadMs()]
        return one.size + other.size === 2 ? [one, other] : null
      })
      assert.deepEqual(told.map(hours), [new Map([[ahead.self, 1]]), new Map([[here.self, -1]])])
      members.network.cut([here.self], [ahead.self])
      assert.deepEqual(here.intent.clocksAheadMs(), new Map())
    } finally {
      await members.end()
    }
  })

  it('are measured from the middle of question and answer, not by those that came late', () => {
    let nowMs = 0
    let setBackMs = 0
    const clocks = new PeerClocks({
      nowMs: () => nowMs,
      wallMs: () => 1_000_000 + nowMs - setBackMs,
      after: () => () => {},
    })
    nowMs = 100
    clocks.note('a', 1_005_000, 0)
    assert.deepEqual([...clocks.aheadMs()], [['a', 4_950]])
    clocks.note('b', 1_005_000, -1_000)
    clocks.note('b', undefined, 100)
    assert.equal(clocks.aheadMs().size, 1)
    setBackMs = HOUR_MS
    assert.deepEqual([...clocks.aheadMs()], [['a', 4_950 + HOUR_MS]], 'its own clock was set, not the other')
  })
})
