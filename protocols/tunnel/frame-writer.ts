import { CoterieError } from '../errors/index.ts'
import type { Header, StreamId } from './heads.ts'
import { TUNNEL_FRAME_BYTES_MAX, TUNNEL_FRAME_HEADER_BYTES, TUNNEL_HEADERS_MAX } from './limits.ts'

export interface FrameWriter {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly view: DataView
  offset: number
}

/** Makes a frame with a body of `bodyBytes`, which `write` fills. @throws `tunnelHeadTooLarge` over the limit of a frame */
export const frameOf = (
  type: number,
  stream: StreamId,
  bodyBytes: number,
  write: (writer: FrameWriter) => void,
): Uint8Array<ArrayBuffer> => {
  const length = TUNNEL_FRAME_HEADER_BYTES + bodyBytes
  if (length > TUNNEL_FRAME_BYTES_MAX) throw new CoterieError('tunnelHeadTooLarge', {})
  const bytes = new Uint8Array(length)
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

export const headersLength = (headers: readonly Header[]): number => {
  if (headers.length > TUNNEL_HEADERS_MAX) throw new CoterieError('tunnelHeadTooLarge', {})
  return headers.reduce((sum, [name, value]) => sum + 1 + name.length + 2 + value.length, 1)
}

export const writeHeaders = (writer: FrameWriter, headers: readonly Header[]): void => {
  writer.view.setUint8(writer.offset, headers.length)
  writer.offset += 1
  for (const [name, value] of headers) {
    writeString8(writer, name)
    writeString16(writer, value)
  }
}
