/**
 * The answer to a request.
 *
 * Grammar: `answer = %x00 payload / %x01 error`, `error` = CBOR of `{wire, data}`, the error's number and data.
 * A number that this version does not know becomes `internal` and names the number.
 */
import { Type } from 'typebox'
import { CoterieError, ERRORS, type ErrorCode, errorBody } from '../errors/index.ts'
import { defineMessage } from './codec.ts'

const OK = 0
const FAILED = 1

const errorCodec = defineMessage(
  'error',
  Type.Object({ wire: Type.Integer({ minimum: 1 }), data: Type.Record(Type.String(), Type.Unknown()) }),
)

const tagged = (tag: number, body: Uint8Array): Uint8Array => {
  const answer = new Uint8Array(1 + body.byteLength)
  answer[0] = tag
  answer.set(body, 1)
  return answer
}

export const encodeAnswer = (payload: Uint8Array): Uint8Array => tagged(OK, payload)

/** The answer that makes the asker throw `error`; what is not ours arrives as `internal`. */
export const encodeErrorAnswer = (error: unknown): Uint8Array => {
  const { code, data } = errorBody(error)
  return tagged(FAILED, errorCodec.encode({ wire: ERRORS[code].wire, data: { ...data } }))
}

const errorOf = (wire: number, data: Record<string, unknown>): CoterieError => {
  const code = (Object.keys(ERRORS) as ErrorCode[]).find((candidate) => ERRORS[candidate].wire === wire)
  if (code === undefined)
    return new CoterieError('internal', { detail: `error number ${wire} of a newer version` })
  try {
    return new CoterieError(code, data as never)
  } catch {
    return new CoterieError('malformedMessage', { what: 'error', detail: `the data does not fit ${code}` })
  }
}

/**
 * The payload of an answer.
 * @throws the error that the answer carries, or `malformedMessage`
 */
export const decodeAnswer = (answer: Uint8Array): Uint8Array => {
  const body = answer.subarray(1)
  if (answer[0] === OK) return body
  if (answer[0] !== FAILED)
    throw new CoterieError('malformedMessage', {
      what: 'answer',
      detail: 'it is neither a result nor an error',
    })
  const { wire, data } = errorCodec.decode(body)
  throw errorOf(wire, data)
}
