import assert from 'node:assert/strict'
import { endTasks } from '../../../node/daemon/farewell.ts'
import type { TaskStatus } from '../../../protocols/tasks/index.ts'
import { createHandClock } from '../../support/hand-clock.ts'

describe('ending what runs on a node that leaves', () => {
  /** An agent that has ended each task after so many looks. */
  const agentOf = (looks: number) => {
    let asked = 0
    const isThere = () => asked <= looks
    return {
      setDesired: (tasks: readonly unknown[], caughtUp: boolean) => {
        assert.deepEqual([tasks, caughtUp], [[], true])
        asked += 1
      },
      present: () => (isThere() ? ['shop.web.0.7'] : []),
      statuses: () => new Map<string, TaskStatus>(isThere() ? [['shop.db.0.8', {} as TaskStatus]] : []),
    }
  }
  const ended = async (looks: number) => {
    const clock = createHandClock()
    let isDone = false
    const ending = endTasks(agentOf(looks), clock).finally(() => {
      isDone = true
    })
    while (!isDone) {
      clock.pass(100)
      await new Promise(setImmediate)
    }
    return ending
  }

  it('waits until all of it is gone', async () => {
    assert.deepEqual(await ended(3), [])
  })

  it('gives up on what does not end, and names it', async () => {
    assert.deepEqual(await ended(Number.POSITIVE_INFINITY), ['shop.web.0.7', 'shop.db.0.8'])
  })
})
