import assert from 'node:assert/strict'
import fc from 'fast-check'
import { isCoterieError } from '../../../protocols/errors/index.ts'
import { createFrameDecoder, encodeFrame } from '../../../protocols/wire/index.ts'

describe('framing', () => {
  it('gives back the same payloads however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        (payloads, cuts) => {
          const bytes = Buffer.concat(payloads.map(encodeFrame))
          const decoder = createFrameDecoder(64)
          const read: Uint8Array[] = []
          for (let offset = 0, turn = 0; offset < bytes.byteLength; turn++) {
            const size = cuts[turn % cuts.length] as number
            read.push(...decoder.push(bytes.subarray(offset, offset + size)))
            offset += size
          }
          assert.deepEqual(read.map(String), payloads.map(String))
          assert.equal(decoder.pendingBytes, 0)
        },
      ),
    )
  })

  it('refuses a frame over its limit before its bytes arrive', () => {
    const decoder = createFrameDecoder(8)
    assert.throws(
      () => decoder.push(encodeFrame(new Uint8Array(9)).subarray(0, 4)),
      (error) => isCoterieError(error, 'frameTooLarge') && error.data.bytes === 9,
    )
  })

  it('shows that a stream ended in the middle of a frame', () => {
    const decoder = createFrameDecoder(8)
    decoder.push(encodeFrame(new Uint8Array(4)).subarray(0, 6))
    assert.equal(decoder.pendingBytes, 6)
  })
})
