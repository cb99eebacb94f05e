import { Type } from 'typebox'
import { CoterieError, type ErrorCode } from '../../../../protocols/errors/index.ts'
import { decodeTunnelFrame, encodeTunnelFrame, type TunnelFrame } from '../../../../protocols/tunnel/index.ts'
import { decodeAnswer, encodeAnswer, encodeErrorAnswer } from '../../../../protocols/wire/index.ts'
import { answerMessage, offerMessage } from '../../../../signaling/index.ts'
import { A, bytes, type Kinds, kind } from './kind.ts'

export const SIGNAL: Kinds = [
  kind(offerMessage, { offer: { service: 'web', sdp: 'v=0\r\n' } }),
  kind(answerMessage, { answer: { session: '1a2b3c', sdp: 'v=0\r\n' } }),
]

/** Forms that are not CBOR maps: what is new comes under another number, which is refused. */
export const TUNNEL: Kinds = [
  kind(
    {
      schema: Type.Unknown(),
      encode: encodeTunnelFrame,
      decode: (frame) => decodeTunnelFrame(frame as Uint8Array<ArrayBuffer>),
    },
    {
      open: {
        type: 'open',
        stream: 1,
        head: { service: 'web', method: 'GET', path: '/?a=b', headers: [['accept', 'text/html']] },
      },
      head: { type: 'head', stream: 1, head: { status: 200, headers: [['content-type', 'text/html']] } },
      data: { type: 'data', stream: 1, bytes: bytes(3) as Uint8Array<ArrayBuffer> },
      end: { type: 'end', stream: 1 },
      credit: { type: 'credit', stream: 1, bytes: 65_536 },
      reset: { type: 'reset', stream: 1, code: 253 },
      'reset of the channel': { type: 'reset', stream: 0, code: 259 },
      'tunnel ping': { type: 'ping', stream: 0 },
      pong: { type: 'pong', stream: 0 },
    } as Readonly<Record<string, TunnelFrame>>,
  ),
]

export const ANSWERS: Kinds = [
  kind<Uint8Array | { readonly code: ErrorCode; readonly data: object }>(
    {
      schema: Type.Unknown(),
      encode: (given) =>
        given instanceof Uint8Array
          ? encodeAnswer(given)
          : encodeErrorAnswer(new CoterieError(given.code, given.data as never)),
      decode: (frame) => {
        try {
          return decodeAnswer(frame)
        } catch (error) {
          const { code, data } = error as CoterieError
          return { code, data }
        }
      },
    },
    {
      'a result': bytes(4),
      'an error': { code: 'notLeader', data: { leader: A } },
    },
  ),
]
