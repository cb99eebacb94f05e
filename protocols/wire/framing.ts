/**
 * Frames on a byte stream.
 *
 * Grammar: `frame = length payload`, `length` = 4 bytes, big endian, the payload's bytes; 0 is allowed.
 * The decoder refuses a length over its limit as soon as it has read it, so a peer cannot make it hold more
 * than one frame and one chunk.
 */
import { CoterieError } from '../errors/index.ts'

const LENGTH_BYTES = 4

/** The frame that holds `payload`. */
export const encodeFrame = (payload: Uint8Array): Uint8Array => {
  const frame = new Uint8Array(LENGTH_BYTES + payload.byteLength)
  new DataView(frame.buffer).setUint32(0, payload.byteLength)
  frame.set(payload, LENGTH_BYTES)
  return frame
}

export interface FrameDecoder {
  /**
   * Takes the next bytes of the stream and gives the payloads that are now complete, in order.
   * @throws `frameTooLarge`; the stream is then unusable
   */
  push(chunk: Uint8Array): Uint8Array[]
  /** Bytes that wait for the rest of their frame; not 0 at the end of a stream means that it was cut off. */
  readonly pendingBytes: number
}

export const createFrameDecoder = (bytesMax: number): FrameDecoder => {
  let chunks: Uint8Array[] = []
  let held = 0

  const take = (count: number): Uint8Array => {
    const taken = new Uint8Array(count)
    let filled = 0
    while (filled < count) {
      const chunk = chunks[0] as Uint8Array
      const part = chunk.subarray(0, count - filled)
      taken.set(part, filled)
      filled += part.byteLength
      if (part.byteLength === chunk.byteLength) chunks.shift()
      else chunks[0] = chunk.subarray(part.byteLength)
    }
    held -= count
    return taken
  }

  let awaited: number | null = null
  return {
    push: (chunk) => {
      if (chunk.byteLength > 0) chunks.push(chunk)
      held += chunk.byteLength
      const payloads: Uint8Array[] = []
      for (;;) {
        if (awaited === null) {
          if (held < LENGTH_BYTES) return payloads
          awaited = new DataView(take(LENGTH_BYTES).buffer).getUint32(0)
          if (awaited > bytesMax) {
            const bytes = awaited
            chunks = []
            throw new CoterieError('frameTooLarge', { bytes, bytesMax })
          }
        }
        if (held < awaited) return payloads
        payloads.push(take(awaited))
        awaited = null
      }
    },
    get pendingBytes() {
      return held + (awaited === null ? 0 : LENGTH_BYTES)
    },
  }
}
