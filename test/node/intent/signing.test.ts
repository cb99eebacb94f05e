import assert from 'node:assert/strict'
import { createSigning } from '../../../node/intent/index.ts'
import { generateIdentity, nodeIdOf } from '../../../node/network/index.ts'

describe('intent: signing', () => {
  it('is done with the key that makes the node id', async () => {
    const seed = generateIdentity()
    const { sign, verify } = createSigning(seed)
    const signer = await nodeIdOf(seed)
    const message = Uint8Array.of(1, 2, 3)
    const signature = await sign(message)
    assert.equal(await verify({ signer, message, signature }), true)
    assert.equal(await verify({ signer, message: Uint8Array.of(1), signature }), false)
    assert.equal(await verify({ signer: await nodeIdOf(generateIdentity()), message, signature }), false)
  })

  it('takes no id that is no key', async () => {
    const { verify } = createSigning(generateIdentity())
    for (const signer of ['1', 'QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG', '1'.repeat(52)]) {
      assert.equal(await verify({ signer, message: Uint8Array.of(1), signature: new Uint8Array(64) }), false)
    }
  })

  it('needs a seed', () => {
    assert.throws(() => createSigning(new Uint8Array(31)), TypeError)
  })
})
