import assert from 'node:assert/strict'
import type { NodeHealth, SchedulerNode } from '../../../node/scheduler/index.ts'
import { changedNodes } from '../../../node/scheduler/node-changes.ts'
import { surveyNodes } from '../../../node/scheduler/slot-need.ts'

const node = (name: string, health: NodeHealth, more: Partial<SchedulerNode> = {}): SchedulerNode => ({
  node: name,
  name,
  health,
  healthSinceMs: 0,
  draining: false,
  strain: null,
  profile: null,
  ...more,
})

/** Three nodes `a`, `b`, `c` in these states before and after. */
const changed = (before: readonly NodeHealth[], after: readonly NodeHealth[]): string[] => {
  const surveyOf = (healths: readonly NodeHealth[]) =>
    surveyNodes(healths.map((health, at) => node('abc'[at] as string, health)))
  return changedNodes(surveyOf(before), surveyOf(after))
}

describe('nodes whose tasks are to be looked at', () => {
  it('are those that were lost or came back', () => {
    assert.deepEqual(changed(['alive', 'alive', 'alive'], ['alive', 'dead', 'alive']), ['b'])
    assert.deepEqual(changed(['alive', 'dead', 'alive'], ['alive', 'alive', 'left']), ['b', 'c'])
  })

  it('are not those that are only suspected', () => {
    assert.deepEqual(changed(['alive', 'alive', 'alive'], ['suspect', 'alive', 'alive']), [])
    assert.deepEqual(changed(['suspect', 'alive', 'alive'], ['alive', 'alive', 'alive']), [])
  })

  it('are all that are lost, when so many fell silent or came back that moves end or begin', () => {
    assert.deepEqual(changed(['alive', 'dead', 'suspect'], ['alive', 'dead', 'alive']), ['b'])
    assert.deepEqual(changed(['alive', 'dead', 'alive'], ['alive', 'dead', 'suspect']), ['b'])
  })

  it('are those that drain, stop, came or went', () => {
    const here = surveyNodes([node('a', 'alive'), node('b', 'alive')])
    const stopping = { name: 'b', version: '0', runtimes: [], cpus: 1, memoryMb: 1, stopping: true }
    assert.deepEqual(
      changedNodes(here, surveyNodes([node('a', 'alive', { draining: true }), node('b', 'alive')])),
      ['a'],
    )
    assert.deepEqual(
      changedNodes(here, surveyNodes([node('a', 'alive'), node('b', 'alive', { profile: stopping })])),
      ['b'],
    )
    assert.deepEqual(changedNodes(here, surveyNodes([node('b', 'alive'), node('c', 'alive')])), ['a', 'c'])
  })
})
