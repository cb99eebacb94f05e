import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import { seal, Unsealed, unseal } from '../../../node/backup/sealing.ts'

const KEY = { cipher: randomBytes(32), head: Buffer.from('{"what":"a head"}\n') }

async function* streamOf(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts
}
const sealed = (plain: Uint8Array, key = KEY) => buffer(seal(streamOf([plain]), key))
const opened = (bytes: Uint8Array, key = KEY) => buffer(unseal(streamOf([bytes]), key))

/** Around the ends of chunks of 64 KiB. */
const LENGTHS = [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000]

describe('sealing a stream', () => {
  it('gives back what was sealed, however either side is cut', async () => {
    for (const length of LENGTHS) {
      const plain = randomBytes(length)
      const cut = fc.array(fc.integer({ min: 0, max: length }), { maxLength: 4 })
      await fc.assert(
        fc.asyncProperty(cut, async (at) => {
          const ends = [0, ...at.sort((a, b) => a - b), length]
          const parts = ends.slice(1).map((end, index) => plain.subarray(ends[index], end))
          const bytes = await buffer(seal(streamOf(parts), KEY))
          const halves = [bytes.subarray(0, at[0] ?? 0), bytes.subarray(at[0] ?? 0)]
          assert.ok((await buffer(unseal(streamOf(halves), KEY))).equals(plain))
        }),
        { numRuns: 5 },
      )
    }
  })

  it('opens nothing of which a byte was changed', async () => {
    const bytes = await sealed(randomBytes(140_000))
    const at = fc.integer({ min: 0, max: bytes.byteLength - 1 })
    await fc.assert(
      fc.asyncProperty(at, fc.integer({ min: 1, max: 255 }), async (place, flip) => {
        const changed = Buffer.from(bytes)
        changed[place] = (changed[place] as number) ^ flip
        await assert.rejects(opened(changed), Unsealed)
      }),
      { numRuns: 40 },
    )
  })

  it('takes none that was cut off for a whole one, also at the end of a chunk', async () => {
    const bytes = await sealed(randomBytes(140_000))
    for (const length of [0, 1, 15, 16, 65_551, 65_552, 65_553, 131_104, bytes.byteLength - 1])
      await assert.rejects(opened(bytes.subarray(0, length)), Unsealed, `of ${length} bytes`)
  })

  it('takes none with more behind its end, or with chunks in another order', async () => {
    const [plain, chunk] = [randomBytes(140_000), 65_552]
    const bytes = await sealed(plain)
    await assert.rejects(opened(Buffer.concat([bytes, Buffer.from('x')])), Unsealed)
    const [first, second, rest] = [0, 1, 2].map((index) => bytes.subarray(index * chunk, (index + 1) * chunk))
    await assert.rejects(opened(Buffer.concat([second, first, rest] as Buffer[])), Unsealed)
    await assert.rejects(opened(Buffer.concat([first, rest] as Buffer[])), Unsealed)
  })

  it('opens by no other key, nor below another head', async () => {
    const bytes = await sealed(randomBytes(100))
    await assert.rejects(opened(bytes, { ...KEY, cipher: randomBytes(32) }), Unsealed)
    await assert.rejects(opened(bytes, { ...KEY, head: Buffer.from('another head\n') }), Unsealed)
  })
})
