import { CoterieError } from '../errors/index.ts'
import type { Header, StreamId } from './heads.ts'
import { TUNNEL_FRAME_HEADER_BYTES, TUNNEL_HEAD_BYTES_MAX, TUNNEL_HEADERS_MAX } from './limits.ts'

export interface FrameWriter {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly view: DataView
  offset: number
}

/** Makes a frame with a body of `bodyBytes`, which `write` fills. */
export const frameOf = (
  type: number,
  stream: StreamId,
  bodyBytes: number,
  write: (writer: FrameWriter) => void,
): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(TUNNEL_FRAME_HEADER_BYTES + bodyBytes)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, type)
  view.setUint32(1, stream)
  write({ bytes, view, offset: TUNNEL_FRAME_HEADER_BYTES })
  return bytes
}

const writeOctets = (writer: FrameWriter, text: string): void => {
  for (let index = 0; index < text.length; index++) writer.bytes[writer.offset++] = text.charCodeAt(index)
}

export const writeString8 = (writer: FrameWriter, text: string): void => {
  if (text.length > 0xff) throw new CoterieError('tunnelHeadTooLarge', {})
  writer.view.setUint8(writer.offset, text.length)
  writer.offset += 1
  writeOctets(writer, text)
}

export const writeString16 = (writer: FrameWriter, text: string): void => {
  writer.view.setUint16(writer.offset, text.length)
  writer.offset += 2
  writeOctets(writer, text)
}

/** The length of a head with `ownBytes` before its headers. @throws `tunnelHeadTooLarge` */
export const headLength = (ownBytes: number, headers: readonly Header[]): number => {
  const length = headers.reduce(
    (sum, [name, value]) => sum + 1 + name.length + 2 + value.length,
    ownBytes + 1,
  )
  if (length > TUNNEL_HEAD_BYTES_MAX || headers.length > TUNNEL_HEADERS_MAX)
    throw new CoterieError('tunnelHeadTooLarge', {})
  return length
}

export const writeHeaders = (writer: FrameWriter, headers: readonly Header[]): void => {
  writer.view.setUint8(writer.offset, headers.length)
  writer.offset += 1
  for (const [name, value] of headers) {
    writeString8(writer, name)
    writeString16(writer, value)
  }
}
