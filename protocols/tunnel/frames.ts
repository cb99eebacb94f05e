/**
 * The frames of a tunnel, one per message of the data channel. Numbers are big-endian.
 *
 *     frame    = type(u8) stream(u32) body          at most 64 KiB; open and head 16 KiB
 *     open     = 1  service(str8) method(str8) path(str16) headers
 *     head     = 2  status(u16) headers
 *     data     = 3  payload(1..)
 *     end      = 4  (empty)
 *     credit   = 5  bytes(u32, 1..)
 *     reset    = 6  code(u16)                        stream 0: the whole channel
 *     ping     = 7  (empty)                          stream 0
 *     pong     = 8  (empty)                          stream 0
 *     headers  = count(u8) { name(str8) value(str16) }
 *     str8     = length(u8) octets    str16 = length(u16) octets
 *
 * Strings hold one character per octet, as HTTP's own fields do (RFC 9110, section 5.5), so nothing is lost and
 * no text encoder is needed. `code` is the wire number of an error. Every byte of a frame belongs to a field:
 * what is over is refused. The shape follows HTTP/2's streams and windows (RFC 9113), without its compression.
 */
import { CoterieError } from '../errors/index.ts'
import { type FrameReader, readerOf } from './frame-reader.ts'
import { frameOf, headLength, writeHeaders, writeString8, writeString16 } from './frame-writer.ts'
import type { RequestHead, ResponseHead, StreamId } from './heads.ts'
import { TUNNEL_HEAD_BYTES_MAX } from './limits.ts'

export type TunnelFrame =
  | { readonly type: 'open'; readonly stream: StreamId; readonly head: RequestHead }
  | { readonly type: 'head'; readonly stream: StreamId; readonly head: ResponseHead }
  | { readonly type: 'data'; readonly stream: StreamId; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly type: 'end'; readonly stream: StreamId }
  | { readonly type: 'credit'; readonly stream: StreamId; readonly bytes: number }
  | { readonly type: 'reset'; readonly stream: StreamId; readonly code: number }
  | { readonly type: 'ping' | 'pong'; readonly stream: 0 }

const NUMBER_OF = { open: 1, head: 2, data: 3, end: 4, credit: 5, reset: 6, ping: 7, pong: 8 } as const

/** @throws `tunnelHeadTooLarge` */
export const encodeTunnelFrame = (frame: TunnelFrame): Uint8Array<ArrayBuffer> => {
  const type = NUMBER_OF[frame.type]
  switch (frame.type) {
    case 'open': {
      const { service, method, path, headers } = frame.head
      const bytes = headLength(1 + service.length + 1 + method.length + 2 + path.length, headers)
      return frameOf(type, frame.stream, bytes, (writer) => {
        writeString8(writer, service)
        writeString8(writer, method)
        writeString16(writer, path)
        writeHeaders(writer, headers)
      })
    }
    case 'head':
      return frameOf(type, frame.stream, headLength(2, frame.head.headers), (writer) => {
        writer.view.setUint16(writer.offset, frame.head.status)
        writer.offset += 2
        writeHeaders(writer, frame.head.headers)
      })
    case 'data':
      return frameOf(type, frame.stream, frame.bytes.byteLength, (writer) =>
        writer.bytes.set(frame.bytes, writer.offset),
      )
    case 'credit':
      return frameOf(type, frame.stream, 4, (writer) => writer.view.setUint32(writer.offset, frame.bytes))
    case 'reset':
      return frameOf(type, frame.stream, 2, (writer) => writer.view.setUint16(writer.offset, frame.code))
    default:
      return frameOf(type, frame.stream, 0, () => undefined)
  }
}

const METHOD = /^[A-Z]{1,16}$/
/** Visible characters only, so that no path can end a line of HTTP. */
const PATH = /^\/[\x21-\x7e]*$/
const SERVICE = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

const require = (holds: boolean): void => {
  if (!holds) throw new CoterieError('tunnelMalformed', {})
}

const readRequestHead = (reader: FrameReader): RequestHead => {
  const head = {
    service: reader.string8(),
    method: reader.string8(),
    path: reader.string16(),
    headers: reader.headers(),
  }
  require(SERVICE.test(head.service) && METHOD.test(head.method) && PATH.test(head.path))
  return head
}

const readResponseHead = (reader: FrameReader): ResponseHead => {
  const head = { status: reader.uint16(), headers: reader.headers() }
  require(head.status >= 200 && head.status <= 599)
  return head
}

const readBody = (type: number, stream: StreamId, reader: FrameReader): TunnelFrame => {
  switch (type) {
    case NUMBER_OF.open:
      return { type: 'open', stream, head: readRequestHead(reader) }
    case NUMBER_OF.head:
      return { type: 'head', stream, head: readResponseHead(reader) }
    case NUMBER_OF.data:
      return { type: 'data', stream, bytes: reader.rest() }
    case NUMBER_OF.end:
      return { type: 'end', stream }
    case NUMBER_OF.credit:
      return { type: 'credit', stream, bytes: reader.uint32() }
    case NUMBER_OF.reset:
      return { type: 'reset', stream, code: reader.uint16() }
    case NUMBER_OF.ping:
      return { type: 'ping', stream: 0 }
    case NUMBER_OF.pong:
      return { type: 'pong', stream: 0 }
    default:
      throw new CoterieError('tunnelMalformed', {})
  }
}

/**
 * Reads one message of the channel. The payload of a data frame is a view on `bytes`, not a copy.
 * @throws `tunnelMalformed`, `frameTooLarge`
 */
export const decodeTunnelFrame = (bytes: Uint8Array<ArrayBuffer>): TunnelFrame => {
  const reader = readerOf(bytes)
  const type = reader.uint8()
  const stream = reader.uint32()
  if (type === NUMBER_OF.open || type === NUMBER_OF.head) require(reader.remaining() <= TUNNEL_HEAD_BYTES_MAX)
  const frame = readBody(type, stream, reader)
  require(reader.remaining() === 0)
  const channelWide = frame.type === 'ping' || frame.type === 'pong'
  require(channelWide ? stream === 0 : stream > 0 || frame.type === 'reset')
  if (frame.type === 'data') require(frame.bytes.byteLength > 0)
  if (frame.type === 'credit') require(frame.bytes > 0)
  return frame
}
