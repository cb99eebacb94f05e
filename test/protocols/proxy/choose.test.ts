import assert from 'node:assert/strict'
import { CHOICE, type Choosable, choose } from '../../../protocols/proxy/index.ts'

const here = (task: string, connections = 0): Choosable => ({
  task,
  connections,
  rttMs: 0,
  isHere: true,
  isAside: false,
})
const there = (task: string, connections = 0, rttMs: number | null = 1): Choosable => ({
  ...here(task, connections),
  rttMs,
  isHere: false,
})

const chosen = (...tasks: readonly Choosable[]) => choose(tasks, 0)?.task ?? null

describe('proxy: the task of a connection', () => {
  it('is none where none runs', () => {
    assert.equal(chosen(), null)
  })

  it('is the one with the fewest connections', () => {
    assert.equal(chosen(here('a', 3), here('b', 1), here('c', 2)), 'b')
    assert.equal(chosen(there('a', 3), there('b', 1), there('c', 2)), 'b')
  })

  it('is on this node, until that is busier by what the way costs', () => {
    assert.equal(chosen(there('far'), here('near', CHOICE.otherNode)), 'near')
    assert.equal(chosen(there('far'), here('near', CHOICE.otherNode + 1)), 'far')
  })

  it('is on the nearest of other nodes, and no distance counts for more than a crowd', () => {
    assert.equal(chosen(there('far', 0, 40), there('near', 0, 2)), 'near')
    assert.equal(chosen(there('far', 0, 10_000), there('near', CHOICE.distanceMax, 2)), 'far')
  })

  it('is another one while it was refused there just now, where there is another', () => {
    assert.equal(chosen({ ...here('ill'), isAside: true }, there('well', 9, 100)), 'well')
    assert.equal(chosen({ ...here('ill'), isAside: true }), 'ill')
  })

  it('is each of equals in turn', () => {
    const equals = [here('a'), here('b'), here('c')]
    assert.deepEqual(
      [0, 1, 2, 3].map((turn) => choose(equals, turn)?.task),
      ['a', 'b', 'c', 'a'],
    )
  })
})
