import { CoterieError } from '../errors/index.ts'
import type { Header } from './heads.ts'
import { TUNNEL_FRAME_BYTES_MAX, TUNNEL_HEADERS_MAX } from './limits.ts'

/** Reads the fields of one frame in order; each refuses to run over the end. */
export interface FrameReader {
  uint8(): number
  uint16(): number
  uint32(): number
  string8(): string
  string16(): string
  headers(): readonly Header[]
  /** All that is left, as a view. */
  rest(): Uint8Array<ArrayBuffer>
  remaining(): number
}

/** Token characters of a field name (RFC 9110, section 5.1), in lower case. */
const NAME = /^[a-z0-9!#$%&'*+.^_`|~-]+$/
/** No control characters but the tab: nothing that could end a line of HTTP. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/** @throws `frameTooLarge` at once; its fields throw `tunnelMalformed` */
export const readerOf = (bytes: Uint8Array<ArrayBuffer>): FrameReader => {
  if (bytes.byteLength > TUNNEL_FRAME_BYTES_MAX)
    throw new CoterieError('frameTooLarge', { bytes: bytes.byteLength, bytesMax: TUNNEL_FRAME_BYTES_MAX })
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let offset = 0

  /** Steps over `length` octets and gives where they began. */
  const take = (length: number): number => {
    if (offset + length > bytes.byteLength) throw new CoterieError('tunnelMalformed', {})
    offset += length
    return offset - length
  }
  const octets = (length: number): string => {
    const start = take(length)
    return String.fromCharCode(...bytes.subarray(start, start + length))
  }

  const reader: FrameReader = {
    uint8: () => view.getUint8(take(1)),
    uint16: () => view.getUint16(take(2)),
    uint32: () => view.getUint32(take(4)),
    string8: () => octets(reader.uint8()),
    string16: () => octets(reader.uint16()),
    headers: () => {
      const count = reader.uint8()
      if (count > TUNNEL_HEADERS_MAX) throw new CoterieError('tunnelMalformed', {})
      return Array.from({ length: count }, () => {
        const header = [reader.string8(), reader.string16()] as const
        if (!NAME.test(header[0]) || !VALUE.test(header[1])) throw new CoterieError('tunnelMalformed', {})
        return header
      })
    },
    rest: () => bytes.subarray(take(bytes.byteLength - offset)),
    remaining: () => bytes.byteLength - offset,
  }
  return reader
}
