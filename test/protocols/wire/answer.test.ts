import assert from 'node:assert/strict'
import { encode } from 'cborg'
import fc from 'fast-check'
import { CoterieError, isCoterieError } from '../../../protocols/errors/index.ts'
import { decodeAnswer, encodeAnswer, encodeErrorAnswer } from '../../../protocols/wire/index.ts'

const errorAnswer = (error: unknown): Uint8Array => Uint8Array.from([1, ...encode(error)])

describe('wire: answers', () => {
  it('give back any payload', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (payload) =>
        assert.deepEqual(decodeAnswer(encodeAnswer(payload)), payload),
      ),
    )
  })

  it('throw the error that was sent', () => {
    const sent = new CoterieError('portInUse', { address: '::1', port: 80, owner: null })
    assert.throws(() => decodeAnswer(encodeErrorAnswer(sent)), {
      code: 'portInUse',
      data: sent.data,
      message: sent.message,
    })
  })

  it('make an exception internal', () => {
    assert.throws(() => decodeAnswer(encodeErrorAnswer(new RangeError('odd'))), {
      code: 'internal',
      data: { detail: 'odd' },
    })
  })

  it('carry no number that JSON cannot hold, since errors go on to whoever asked by HTTP', () => {
    const answer = errorAnswer({ wire: 1, data: { detail: 'odd', more: 2n ** 60n } })
    assert.throws(() => decodeAnswer(answer), { code: 'malformedMessage' })
  })

  it('name the number of an error that this version does not know', () => {
    assert.throws(() => decodeAnswer(errorAnswer({ wire: 9_999, data: {} })), {
      code: 'internal',
      message: /9999/,
    })
  })

  it('throw a coded error whatever the bytes', () => {
    const bytes = fc.oneof(
      fc.uint8Array(),
      fc.record({ wire: fc.nat(300), data: fc.dictionary(fc.string(), fc.integer()) }).map(errorAnswer),
    )
    fc.assert(
      fc.property(bytes, (answer) => {
        try {
          decodeAnswer(answer)
        } catch (error) {
          assert(isCoterieError(error))
        }
      }),
    )
  })
})
