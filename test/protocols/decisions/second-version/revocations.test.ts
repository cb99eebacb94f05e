import assert from 'node:assert/strict'
import { type Decision, REVOCATIONS_MAX } from '../../../../protocols/decisions/index.ts'
import { hash, settled } from './settled.ts'

describe('decisions: revocations', () => {
  const revoked = (atMs: number, more: object = {}): Decision => ({
    type: 'credentialRevoked',
    credential: hash(7),
    expiresAtMs: 100,
    reason: 'lost',
    atMs,
    ...more,
  })

  it('stand until what they revoke would count no more anyway', () => {
    const { view, say } = settled()
    assert.deepEqual([say(revoked(1)), say(revoked(1, { expiresAtMs: 50 }))], [null, null])
    assert.equal(view.revocations.get(hash(7))?.expiresAtMs, 100)
    say(revoked(100, { credential: hash(8), expiresAtMs: 200 }))
    assert.deepEqual([...view.revocations.keys()], [hash(8)])
    assert.equal(say(revoked(99)), null)
    assert.deepEqual([...view.revocations.keys()], [hash(8)])
  })

  it('have a bound', () => {
    const { view, say } = settled()
    for (let number = 0; number < REVOCATIONS_MAX; number++)
      say(revoked(1, { credential: hash(20_000 + number) }))
    assert.match(say(revoked(1)) ?? '', /wait until one of them expires/)
    assert.equal(view.revocations.size, REVOCATIONS_MAX)
  })
})
