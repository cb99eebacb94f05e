import assert from 'node:assert/strict'
import type { Decision } from '../../../../protocols/decisions/index.ts'
import { accepted, hash, settled } from './settled.ts'

describe('decisions: schedules', () => {
  const schedule = 'schedule/shop/backup'
  const fired = (nominalMs: number): Decision => ({ type: 'scheduleFired', schedule, nominalMs })

  it('fire once for each nominal time, in their order, and keep the newest', () => {
    const { view, say, index } = settled(schedule)
    assert.equal(say(fired(10)), null)
    const first = index()
    assert.equal(say(fired(10)), null)
    assert.deepEqual(view.fires.get(schedule), { schedule, nominalMs: 10, index: first })
    assert.equal(say(fired(20)), null)
    assert.match(say(fired(10)) ?? '', /later time/)
    assert.equal(view.fires.size, 1)
  })

  it('fire no more when they are gone', () => {
    const { say } = settled(schedule)
    say(accepted(schedule, hash(2), [hash(1)], true))
    assert.match(say(fired(10)) ?? '', /does not exist/)
  })
})
