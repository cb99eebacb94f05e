import assert from 'node:assert/strict'
import { createFailureMemory } from '../../../node/scheduler/failure-memory.ts'
import type { Assignment } from '../../../protocols/decisions/index.ts'
import type { TaskStatus } from '../../../protocols/tasks/index.ts'

const WEB = 'service/shop/web'
const [BAD, CURE] = ['a'.repeat(64), 'b'.repeat(64)]

const task = (token: number, revision: string, node = 'attic'): Assignment => ({
  task: `shop.web.0.${token}`,
  object: WEB,
  revision,
  slot: 0,
  node,
  token,
  reason: '',
})

const ended = (state: 'failed' | 'rejected' | 'running') => () => ({ state }) as TaskStatus

describe('scheduler: memory of failures', () => {
  it('counts each bad end once, and knows where the last one was', () => {
    const memory = createFailureMemory()
    memory.observe(WEB, [task(1, BAD)], ended('failed'), 100)
    memory.observe(WEB, [task(1, BAD)], ended('failed'), 200)
    memory.observe(WEB, [task(2, BAD, 'cellar')], ended('rejected'), 300)
    const { count, lastAtMs, lastNode } = memory.of(WEB, 0, BAD) ?? {}
    assert.deepEqual([count, lastAtMs, lastNode], [2, 300, 'cellar'])
  })

  it('holds nothing against a newer revision, which may be the cure', () => {
    const memory = createFailureMemory()
    for (const token of [1, 2, 3]) memory.observe(WEB, [task(token, BAD)], ended('failed'), 100)
    assert.equal(memory.of(WEB, 0, CURE), null)
    memory.observe(WEB, [task(4, CURE)], ended('failed'), 200)
    assert.equal(memory.of(WEB, 0, CURE)?.count, 1)
  })

  it('forgets a slot that was well for five minutes', () => {
    const memory = createFailureMemory()
    memory.observe(WEB, [task(1, BAD)], ended('failed'), 0)
    memory.observe(WEB, [task(2, BAD)], ended('running'), 300_001)
    memory.forget(300_001)
    assert.equal(memory.of(WEB, 0, BAD), null)
  })
})
