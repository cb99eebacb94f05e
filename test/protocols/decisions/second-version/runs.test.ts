import assert from 'node:assert/strict'
import { type Decision, SETTLED_RUNS_MAX } from '../../../../protocols/decisions/index.ts'
import { A, hash, settled } from './settled.ts'

describe('decisions: runs', () => {
  const object = 'job/shop/report'
  const assign = (replaces: string | null): Decision => ({
    type: 'taskAssigned',
    object,
    revision: hash(1),
    slot: 0,
    node: A,
    replaces,
    reason: '',
  })
  const settle = (number: number, task: string, result: 'succeeded' | 'failed' = 'succeeded'): Decision => ({
    type: 'runSettled',
    run: `shop.report.${number}`,
    task,
    result,
    exitCode: 0,
    atMs: 5,
  })

  it('have one result, told by a task that stands', () => {
    const { view, say, index } = settled(object)
    say(assign(null))
    const task = `shop.report.0.${index()}`
    assert.match(say(settle(1, 'shop.report.0.1')) ?? '', /not assigned/)
    assert.match(say(settle(1, 'shop.other.0.1')) ?? '', /none of run/)
    assert.deepEqual([say(settle(1, task)), say(settle(1, task))], [null, null])
    assert.match(say(settle(1, task, 'failed')) ?? '', /settled already: succeeded/)
    say({ type: 'taskReleased', task, reason: '' })
    assert.equal(say(settle(1, task)), null)
    assert.equal(view.runs.size, 1)
  })

  it('are forgotten when many others came after, and cannot be settled again then', () => {
    const { view, say, index } = settled(object)
    let task: string | null = null
    const first: string[] = []
    for (let number = 1; number <= SETTLED_RUNS_MAX + 5; number++) {
      say(assign(task))
      task = `shop.report.0.${index()}`
      first.push(task)
      assert.equal(say(settle(number, task)), null)
    }
    assert.equal(view.runs.size, SETTLED_RUNS_MAX)
    assert.equal(view.runs.has('shop.report.5'), false)
    assert.match(say(settle(5, first[4] as string, 'failed')) ?? '', /not assigned/)
  })
})
