/** What is said of the periods of a project's task records. */
import assert from 'node:assert/strict'
import {
  ARCHIVES_MAX,
  createDecisions,
  type DecisionOf,
  isClosed,
  restoreDecisions,
  snapshotDecisions,
} from '../../../protocols/decisions/index.ts'

const hash = (number: number): string => number.toString(16).padStart(64, '0')

const archived = (period: number, more: object = {}): DecisionOf<'periodArchived'> => ({
  type: 'periodArchived',
  project: 'shop',
  period,
  hash: hash(period),
  records: 3,
  bytes: 900,
  ...more,
})

const log = () => {
  const { view, apply } = createDecisions()
  let index = 0
  const say = (decision: DecisionOf<'periodArchived'>): string | null => {
    index++
    const outcome = apply(index, decision)
    return outcome.ok ? null : outcome.reason
  }
  return { view, say }
}

describe('decisions: periods of task records', () => {
  it('closes a period and all before it, in this project alone', () => {
    const { view, say } = log()
    assert.equal(say(archived(20)), null)
    assert.deepEqual(view.periods.get('shop')?.archives, [
      { period: 20, hash: hash(20), records: 3, bytes: 900 },
    ])
    const closed = (project: string, period: number) => isClosed(view.periods, { project, period })
    assert.deepEqual(
      [closed('shop', 0), closed('shop', 20), closed('shop', 21), closed('blog', 0)],
      [true, true, false, false],
    )
  })

  it('does no harm when it is repeated, and closes nothing twice or backwards', () => {
    const { view, say } = log()
    assert.equal(say(archived(20)), null)
    assert.equal(say(archived(20)), null)
    assert.match(say(archived(20, { hash: hash(1) })) ?? '', /closed through 20/)
    assert.match(say(archived(10)) ?? '', /closed through 20/)
    assert.equal(view.periods.get('shop')?.archives.length, 1)
  })

  it('drops old archives, which stay closed', () => {
    const { view, say } = log()
    for (const period of [10, 20]) say(archived(period))
    assert.match(say(archived(30, { dropsThrough: 30 })) ?? '', /with its own decision/)
    assert.equal(say(archived(30, { dropsThrough: 10 })), null)
    assert.deepEqual(
      view.periods.get('shop')?.archives.map(({ period }) => period),
      [20, 30],
    )
    assert.equal(view.periods.get('shop')?.droppedThrough, 10)
    assert.equal(isClosed(view.periods, { project: 'shop', period: 10 }), true)
  })

  it('keeps no more of them than a snapshot may hold', () => {
    const { view, say } = log()
    for (let period = 1; period <= ARCHIVES_MAX; period++) assert.equal(say(archived(period)), null)
    assert.match(say(archived(ARCHIVES_MAX + 1)) ?? '', /archives already/)
    assert.equal(say(archived(ARCHIVES_MAX + 1, { dropsThrough: 1 })), null)
    const again = createDecisions()
    again.restore(restoreDecisions(snapshotDecisions(view)))
    assert.deepEqual([...again.view.periods], [...view.periods])
  })
})
