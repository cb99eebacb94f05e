import assert from 'node:assert/strict'
import { type Decision, REVOCATIONS_MAX, TOKENS_MAX } from '../../../../protocols/decisions/index.ts'
import { A, B, hash, settled } from './settled.ts'

describe('decisions: tokens', () => {
  const used = (node: string, atMs: number, more: object = {}): Decision => ({
    type: 'tokenConsumed',
    token: hash(7),
    node,
    usesMax: 1,
    expiresAtMs: 100,
    atMs,
    ...more,
  })
  const revoked = (atMs: number, expiresAtMs = 100): Decision => ({
    type: 'credentialRevoked',
    credential: hash(7),
    expiresAtMs,
    reason: 'lost',
    atMs,
  })

  it('are used up, and a lost reply burns nothing', () => {
    const { say } = settled()
    assert.deepEqual([say(used(A, 1)), say(used(A, 2))], [null, null])
    assert.match(say(used(B, 3)) ?? '', /used 1 times/)
    assert.equal(say(used(B, 4, { usesMax: 2 })), null)
  })

  it('expire by the time in the entries, which no clock turns back', () => {
    const { view, say } = settled()
    say(used(A, 1))
    assert.match(say(used(B, 100, { usesMax: 2 })) ?? '', /expired/)
    assert.equal(view.tokens.size, 0)
    assert.match(say(used(B, 5)) ?? '', /expired/)
  })

  it('that were revoked admit nobody, until they expire', () => {
    const { view, say } = settled()
    assert.deepEqual([say(revoked(1)), say(revoked(1, 50))], [null, null])
    assert.match(say(used(A, 2)) ?? '', /revoked/)
    assert.equal(view.revocations.get(hash(7))?.expiresAtMs, 100)
    say(used(A, 100, { token: hash(8), expiresAtMs: 200 }))
    assert.equal(view.revocations.size, 0)
    assert.equal(say(revoked(101)), null)
    assert.equal(view.revocations.size, 0)
  })

  it('and revocations have a bound', () => {
    const { view, say } = settled()
    for (let number = 0; number < TOKENS_MAX; number++) say(used(A, 1, { token: hash(1_000 + number) }))
    assert.match(say(used(A, 1)) ?? '', /wait until one of them expires/)
    for (let number = 0; number < REVOCATIONS_MAX; number++)
      say({ ...revoked(1), credential: hash(20_000 + number) } as Decision)
    assert.match(say(revoked(1)) ?? '', /wait until one of them expires/)
    assert.deepEqual([view.tokens.size, view.revocations.size], [TOKENS_MAX, REVOCATIONS_MAX])
  })
})
