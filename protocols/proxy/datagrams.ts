/**
 * Datagrams on a byte stream.
 *
 * Grammar: `datagram = length payload`, `length` = 2 bytes, big endian, the payload's bytes; 0 is allowed.
 * Every length is in bounds, so a decoder holds at most one datagram and one chunk.
 */

const LENGTH_BYTES = 2

/** The largest payload of UDP over IPv4 (RFC 768). */
export const DATAGRAM_BYTES_MAX = 65_507

/** The datagram as it stands in a stream; `payload` has at most `DATAGRAM_BYTES_MAX` bytes. */
export const encodeDatagram = (payload: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(LENGTH_BYTES + payload.byteLength)
  new DataView(bytes.buffer).setUint16(0, payload.byteLength)
  bytes.set(payload, LENGTH_BYTES)
  return bytes
}

export interface DatagramDecoder {
  /** Takes the next bytes of the stream and gives the datagrams that are now complete, in order. */
  push(chunk: Uint8Array): Uint8Array[]
}

export const createDatagramDecoder = (): DatagramDecoder => {
  let held = new Uint8Array(0)
  return {
    push: (chunk) => {
      const bytes = new Uint8Array(held.byteLength + chunk.byteLength)
      bytes.set(held)
      bytes.set(chunk, held.byteLength)
      const view = new DataView(bytes.buffer)
      const datagrams: Uint8Array[] = []
      let at = 0
      while (bytes.byteLength - at >= LENGTH_BYTES) {
        const end = at + LENGTH_BYTES + view.getUint16(at)
        if (end > bytes.byteLength) break
        datagrams.push(bytes.subarray(at + LENGTH_BYTES, end))
        at = end
      }
      held = bytes.slice(at)
      return datagrams
    },
  }
}
