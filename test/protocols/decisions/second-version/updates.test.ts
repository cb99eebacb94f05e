import assert from 'node:assert/strict'
import type { Decision, DecisionOf } from '../../../../protocols/decisions/index.ts'
import { targetIn } from '../../../../protocols/decisions/index.ts'
import { accepted, hash, settled } from './settled.ts'

const WEB = 'service/shop/web'

/** A service at its second revision. */
const updated = () => {
  const mesh = settled(WEB)
  mesh.say(accepted(WEB, hash(2), [hash(1)]))
  return mesh
}

const step = (number: number, more: Partial<DecisionOf<'updateProgressed'>> = {}): Decision => ({
  type: 'updateProgressed',
  object: WEB,
  revision: hash(2),
  back: hash(1),
  step: number,
  state: 'updating',
  phase: 'resting',
  changing: [],
  opened: 0,
  failed: [],
  done: 0,
  failures: 0,
  atMs: 10,
  reason: '',
  ...more,
})

const order = (said: 'pause' | 'resume' | 'rollback', to?: string): Decision => ({
  type: 'updateSteered',
  object: WEB,
  revision: hash(2),
  order: said,
  ...(to !== undefined && { to }),
  atMs: 11,
  reason: 'asked',
})

describe('decisions: updates', () => {
  it('go on step by step, and a step that is said again changes nothing', () => {
    const { view, say } = updated()
    assert.match(say(step(2)) ?? '', /next step .* is 1/)
    assert.deepEqual([say(step(1)), say(step(1)), say(step(2))], [null, null, null])
    assert.match(say(step(1)) ?? '', /next step .* is 3/)
    assert.equal(view.updates.get(WEB)?.step, 2)
  })

  it('begin towards the head, from a revision that can be gone back to', () => {
    const { say } = updated()
    assert.match(say(step(1, { state: 'completed' })) ?? '', /has begun/)
    assert.match(say(step(1, { back: hash(7) })) ?? '', /cannot go back/)
    assert.match(say(step(1, { back: hash(2) })) ?? '', /comes to this/)
    assert.equal(say(step(1, { back: null })), null)
  })

  it('end once, and what is paused goes on by a word alone', () => {
    const { view, say } = updated()
    say(step(1))
    say(step(2, { state: 'paused' }))
    assert.match(say(step(3)) ?? '', /is paused, and does not become updating/)
    assert.equal(say(order('resume')), null)
    assert.deepEqual([view.updates.get(WEB)?.state, view.updates.get(WEB)?.step], ['updating', 3])
    say(step(4, { state: 'completed' }))
    assert.match(say(step(5)) ?? '', /is completed/)
    assert.match(say(order('pause')) ?? '', /nothing .* is being updated/)
  })

  it('never lose what was done, and keep what they go back to, but where they turn', () => {
    const { say } = updated()
    say(step(1, { done: 2, failures: 1 }))
    assert.match(say(step(2, { done: 1, failures: 1 })) ?? '', /was further/)
    assert.match(say(step(2, { done: 2 })) ?? '', /was further/)
    assert.match(say(step(2, { done: 2, failures: 1, back: null })) ?? '', /another revision/)
    assert.equal(say(step(2, { state: 'rollback_started' })), null)
    assert.match(say(step(3)) ?? '', /does not become updating by itself/)
  })

  it('hold rows that can come about', () => {
    const { say } = updated()
    const wrong = [{ changing: [1] }, { phase: 'watching' as const }, { opened: 1 }]
    const unordered = { phase: 'watching' as const, changing: [2, 1] }
    for (const more of [...wrong, unordered]) assert.match(say(step(1, more)) ?? '', /comes to this/)
    assert.equal(say(step(1, { phase: 'watching', changing: [1, 2], opened: 1 })), null)
  })

  it('have a time that never falls, whatever the clock of the next leader says', () => {
    const { view, say } = updated()
    say(step(1, { atMs: 500 }))
    say(step(2, { atMs: 20 }))
    assert.equal(view.updates.get(WEB)?.atMs, 500)
  })

  it('are taken back by hand, to any revision that is kept, and on again', () => {
    const { view, say } = updated()
    const target = () => targetIn(view, WEB)
    assert.equal(target(), hash(2))
    assert.match(say(order('rollback', hash(7))) ?? '', /no such revision/)
    assert.match(say(order('rollback', hash(2))) ?? '', /is not taken back/)
    assert.deepEqual([say(order('rollback', hash(1))), say(order('rollback', hash(1)))], [null, null])
    assert.deepEqual([target(), view.updates.get(WEB)?.step], [hash(1), 1])
    assert.equal(say(order('pause')), null)
    assert.equal(view.updates.get(WEB)?.state, 'rollback_paused')
    assert.equal(say(order('rollback', hash(2))), null)
    assert.deepEqual([target(), view.updates.get(WEB)?.state], [hash(2), 'updating'])
  })

  it('are of the head alone, and forgotten with it', () => {
    const { view, say } = updated()
    say(step(1))
    say(accepted(WEB, hash(3), [hash(2)]))
    assert.equal(view.updates.size, 0)
    assert.match(say(step(2)) ?? '', /another revision/)
    assert.match(say(order('pause')) ?? '', /another revision/)
    assert.equal(say(step(1, { revision: hash(3) })), null)
    say(accepted(WEB, hash(4), [hash(3)], true))
    assert.equal(view.updates.size, 0)
    assert.match(say(step(1, { revision: hash(4) })) ?? '', /does not exist/)
  })
})
