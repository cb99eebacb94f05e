import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import {
  commitmentText,
  FINGERPRINT_PATTERN,
  type FingerprintParts,
  fingerprintOf,
  fingerprintText,
} from '../../../protocols/credentials/index.ts'
import { A, B } from '../decisions/second-version/settled.ts'

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest())
const fingerprint = (parts: FingerprintParts) => fingerprintOf(sha256(fingerprintText(parts)))

const PARTS: FingerprintParts = {
  rootHash: new Uint8Array(32).fill(1),
  member: A,
  asker: B,
  memberNonce: new Uint8Array(16).fill(2),
  askerNonce: new Uint8Array(16).fill(3),
}

describe('credentials: the fingerprint of a request to join', () => {
  it('depends on both keys, the mesh and both nonces', () => {
    const others: readonly FingerprintParts[] = [
      { ...PARTS, rootHash: new Uint8Array(32).fill(9) },
      { ...PARTS, member: B },
      { ...PARTS, asker: A },
      { ...PARTS, member: B, asker: A },
      { ...PARTS, memberNonce: new Uint8Array(16).fill(9) },
      { ...PARTS, askerNonce: new Uint8Array(16).fill(9) },
      { ...PARTS, memberNonce: PARTS.askerNonce, askerNonce: PARTS.memberNonce },
    ]
    assert.equal(new Set([PARTS, ...others].map(fingerprint)).size, others.length + 1)
  })

  it('is the same for ever, since two versions compare it', () => {
    assert.equal(fingerprint(PARTS), '38176855')
  })

  it('is always eight digits', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (hash) =>
        new RegExp(FINGERPRINT_PATTERN).test(fingerprintOf(hash)),
      ),
    )
    assert.equal(fingerprintOf(new Uint8Array(32)), '00000000')
  })

  it('is bound by the asker to its own key', () => {
    const nonce = PARTS.askerNonce
    assert.notDeepEqual(commitmentText(A, nonce), commitmentText(B, nonce))
  })
})
