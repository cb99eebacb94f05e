import assert from 'node:assert/strict'
import { type Decision, TOKENS_MAX } from '../../../protocols/decisions/index.ts'
import { A, admitted, B, C, hash, settled } from './second-version/settled.ts'

const D = `12D3KooW${'D'.repeat(44)}`

describe('decisions: join tokens', () => {
  const created = (more: object = {}): Decision => ({
    type: 'tokenCreated',
    token: hash(7),
    by: A,
    notBeforeMs: 0,
    expiresAtMs: 100,
    usesMax: 1,
    role: 'full',
    capabilities: [],
    cidrs: [],
    labels: [],
    atMs: 1,
    ...more,
  })
  const joined = (node: string, atMs: number, more: object = {}) =>
    admitted(node, { token: hash(7), atMs, ...more })
  const revoked = (atMs: number): Decision => ({ type: 'tokenRevoked', token: hash(7), atMs })

  it('of one use have one winner, and a lost reply burns nothing', () => {
    const { view, say } = settled()
    say(created())
    assert.deepEqual([say(joined(C, 2)), say(joined(C, 3))], [null, null])
    assert.match(say(joined(D, 4)) ?? '', /used as often as it may be/)
    assert.deepEqual(view.tokens.get(hash(7))?.nodes, [C])
    assert.equal(view.nodes.has(D), false)
  })

  it('are used up by members alone: a refused admission uses nothing', () => {
    const { view, say } = settled()
    say(created())
    say(admitted(C))
    say({ type: 'nodeRemoved', node: C, atMs: 1 })
    assert.match(say(joined(C, 2)) ?? '', /an identity never returns/)
    assert.deepEqual(view.tokens.get(hash(7))?.nodes, [])
    assert.equal(say(joined(D, 3)), null)
  })

  it('made for one node admit no other', () => {
    const { view, say } = settled()
    say(created({ only: C }))
    assert.match(say(joined(D, 2)) ?? '', /is for another machine/)
    assert.equal(view.nodes.has(D), false)
    assert.equal(say(joined(C, 3)), null)
    assert.deepEqual(view.tokens.get(hash(7))?.nodes, [C])
  })

  it('let a member ask again for good, also when they have expired', () => {
    const { say } = settled()
    say(created())
    say(joined(C, 2))
    assert.equal(say(joined(C, 200)), null)
  })

  it('expire by the time in the entries, which no clock turns back', () => {
    const { view, say } = settled()
    say(created({ usesMax: 2 }))
    assert.match(say(joined(C, 100)) ?? '', /no such token/)
    assert.deepEqual([view.tokens.size, view.tokensAsOfMs], [0, 100])
    assert.match(say(joined(C, 5)) ?? '', /no such token/)
    assert.match(say(created({ atMs: 5 })) ?? '', /expired/)
  })

  it('that begin later admit nobody before', () => {
    const { say } = settled()
    say(created({ notBeforeMs: 50 }))
    assert.match(say(joined(C, 49)) ?? '', /not valid yet/)
    assert.equal(say(joined(C, 50)), null)
  })

  it('that were revoked, or whose maker is no member any more, admit nobody', () => {
    const { view, say } = settled()
    say(created())
    assert.deepEqual([say(revoked(1)), say(revoked(2))], [null, null])
    assert.match(say(joined(C, 3)) ?? '', /revoked/)
    assert.equal(say(created({ atMs: 4 })), null)
    assert.equal(view.tokens.get(hash(7))?.revoked, true, 'said again it is not made again')
    say(created({ token: hash(8), by: B }))
    say({ type: 'nodeRemoved', node: B, atMs: 5 })
    assert.match(say(joined(C, 6, { token: hash(8) })) ?? '', /no member any more/)
    assert.match(say(created({ token: hash(9), by: B })) ?? '', /no member any more/)
    assert.match(say({ ...revoked(7), token: hash(9) } as Decision) ?? '', /no such token/)
  })

  it('say what those are whom they admit, and never more than that', () => {
    const { view, say } = settled()
    const grant = { capabilities: ['relay'], labels: ['zone=attic'] }
    say(created({ usesMax: 2, ...grant }))
    say(joined(C, 2, { role: 'edge' }))
    say(created({ token: hash(8), role: 'edge' }))
    say(joined(D, 3, { token: hash(8) }))
    const { role, capabilities, labels } = view.nodes.get(C) ?? {}
    assert.deepEqual({ role, capabilities, labels }, { role: 'edge', ...grant })
    assert.equal(view.nodes.get(D)?.role, 'edge')
    say(joined(C, 4, { name: 'other' }))
    assert.deepEqual(view.nodes.get(C)?.labels, grant.labels, 'asked again, a member stays what it is')
  })

  it('have a bound', () => {
    const { view, say } = settled()
    for (let number = 0; number < TOKENS_MAX; number++) say(created({ token: hash(1_000 + number) }))
    assert.match(say(created()) ?? '', /wait until one of them expires/)
    assert.equal(view.tokens.size, TOKENS_MAX)
  })
})
