import assert from 'node:assert/strict'
import fc from 'fast-check'
import { createDatagramDecoder, DATAGRAM_BYTES_MAX, encodeDatagram } from '../../../protocols/proxy/index.ts'

const joined = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))

describe('proxy: datagrams on a stream', () => {
  it('come out as they went in, however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
        (datagrams, lengths) => {
          const stream = joined(datagrams.map(encodeDatagram))
          const decoder = createDatagramDecoder()
          const out: Uint8Array[] = []
          for (let at = 0; at < stream.byteLength; ) {
            const length = lengths.next().value
            out.push(...decoder.push(stream.subarray(at, at + length)))
            at += length
          }
          assert.deepEqual(
            out.map((each) => [...each]),
            datagrams.map((each) => [...each]),
          )
        },
      ),
    )
  })

  it('may be as large as UDP allows', () => {
    const largest = new Uint8Array(DATAGRAM_BYTES_MAX).fill(7)
    const [out] = createDatagramDecoder().push(encodeDatagram(largest))
    assert.deepEqual(out, largest)
  })
})
