import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  formatSecret,
  joinRequestCodec,
  parseSecret,
  SECRET_BYTES,
} from '../../../protocols/credentials/index.ts'
import { isCoterieError } from '../../../protocols/errors/index.ts'

describe('mesh secret', () => {
  it('is read back from its text, with the white space of a copied line', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: SECRET_BYTES, maxLength: SECRET_BYTES }), (secret) => {
        assert.deepEqual(parseSecret(` ${formatSecret(secret)}\n`), secret)
      }),
    )
  })

  const good = formatSecret(new Uint8Array(SECRET_BYTES))
  for (const [what, text] of [
    ['nothing', ''],
    ['a truncated one', good.slice(0, -3)],
    ['one with a letter too many', `${good}a`],
    ['one with a digit that base32 has not', `${good.slice(0, -1)}1`],
    ['one whose last letter says more than a secret holds', `${good.slice(0, -1)}g`],
    ['something else', 'hunter2'],
  ] as const) {
    it(`refuses ${what}`, () =>
      assert.throws(
        () => parseSecret(text),
        (error) => isCoterieError(error, 'secretMalformed'),
      ))
  }
})

describe('join request', () => {
  const request = {
    proof: new Uint8Array(32),
    name: 'attic',
    addresses: ['/ip4/127.0.0.1/tcp/1'],
    version: '0.1.0',
  }

  it('round-trips', () =>
    assert.deepEqual(joinRequestCodec.decode(joinRequestCodec.encode(request)), request))

  it('is refused with a proof of another length or text in its place', () => {
    for (const proof of [new Uint8Array(31), new Uint8Array(33), 'x'.repeat(32) as never]) {
      assert.throws(
        () => joinRequestCodec.decode(joinRequestCodec.encode({ ...request, proof })),
        (error) => isCoterieError(error, 'malformedMessage'),
      )
    }
  })
})
