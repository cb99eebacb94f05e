/** A writer and a reader that takes nothing until the writer is held. */
import assert from 'node:assert/strict'
import type { MeasuredNetwork } from '../../../node/network/index.ts'
import { eventually } from '../../support/eventually.ts'
import { STREAM, text, utf8 } from './nodes.ts'

const FRAME_BYTES = 256 * 1024
const FRAMES = 200
export const ALL_BYTES = FRAMES * FRAME_BYTES

/** A writer that made no progress in so many looks is held, not merely slow. */
const UNCHANGED_LOOKS = 20

/** Writes from one to the other, which gets every byte in order; resolves with how many went out before the first was read. */
export const writeToSlowReader = async (from: MeasuredNetwork, to: MeasuredNetwork): Promise<number> => {
  const { promise: mayRead, resolve: startReading } = Promise.withResolvers<void>()
  const firsts: number[] = []
  to.streams.handleStream(STREAM, async (stream) => {
    await mayRead
    for (let frame = await stream.read(); frame !== null; frame = await stream.read()) {
      assert.equal(frame.byteLength, FRAME_BYTES)
      firsts.push(frame[0] as number)
      if (firsts.length % 20 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    await stream.write(utf8('all read'))
  })
  const stream = await from.streams.openStream(to.connections.self, STREAM, { timeoutMs: 5_000 })
  let written = 0
  const writing = (async () => {
    for (let index = 0; index < FRAMES; index++) {
      await stream.write(new Uint8Array(FRAME_BYTES).fill(index))
      written += FRAME_BYTES
    }
    await stream.close()
  })()
  let before = 0
  let unchanged = 0
  await eventually('the writer is held', () => {
    unchanged = written > 0 && written === before ? unchanged + 1 : 0
    before = written
    return unchanged === UNCHANGED_LOOKS
  })
  const heldAt = written
  startReading()
  await writing
  assert.equal(text((await stream.read()) ?? new Uint8Array()), 'all read')
  assert.deepEqual(
    firsts,
    Array.from({ length: FRAMES }, (_, index) => index % 256),
  )
  return heldAt
}
