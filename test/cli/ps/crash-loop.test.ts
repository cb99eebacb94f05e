import assert from 'node:assert/strict'
import { isCrashLoop } from '../../../cli/ps/crash-loop.ts'
import type { Task } from '../../../protocols/control/index.ts'
import { handMadeTask } from '../../node/control/hand-made.ts'

const NOW_MS = 1_000_000

describe('ps: a crash loop', () => {
  const loops = (more: Partial<Task>, retryAtMs?: number | null) => {
    const task = handMadeTask('shop', 'web', 0, { sinceMs: NOW_MS - 1_000, ...more })
    const wait = retryAtMs === undefined ? undefined : { object: task.object, slot: 0, reason: '', retryAtMs }
    return isCrashLoop(task, wait, NOW_MS)
  }

  it('is one in whatever state its program is seen', () => {
    for (const state of ['waiting', 'preparing', 'starting', 'running'] as const)
      assert.ok(loops({ state, quickEnds: 2 }), state)
    assert.ok(loops({ state: 'failed' }, NOW_MS + 4_000), 'between two tasks of the slot')
  })

  it('is none after one accident, once it runs for a while, or where nothing is tried again', () => {
    assert.ok(!loops({ state: 'waiting', quickEnds: 1 }))
    assert.ok(!loops({ state: 'running', quickEnds: 5, sinceMs: NOW_MS - 11_000 }))
    assert.ok(!loops({ state: 'failed', quickEnds: 8 }))
    assert.ok(!loops({ state: 'failed', quickEnds: 8 }, null))
  })
})
