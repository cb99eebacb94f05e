/** Frames on a stream, and the answers that come in them. */
import type { Random } from '../../../node/ports/clock.ts'
import { chance, pick } from '../../../node/simulation/random.ts'
import { CoterieError, ERRORS, type ErrorCode, errorBody } from '../../../protocols/errors/index.ts'
import {
  createFrameDecoder,
  decodeAnswer,
  encodeAnswer,
  encodeErrorAnswer,
  encodeFrame,
  STRANGER_FRAME_BYTES_MAX,
} from '../../../protocols/wire/index.ts'
import { changedBytes, frameFrom } from '../frames.ts'
import { HOSTILE_TEXTS } from '../hostile-values.ts'
import { bytesOf, integer } from '../schema-values.ts'
import { breach, nothing, type Subject, type Target, unbroken } from '../target.ts'
import { joined, treeOf } from '../tree.ts'

const BYTES_MAX = STRANGER_FRAME_BYTES_MAX

const streamOf = (random: Random): Uint8Array => {
  const honest = () => encodeFrame(bytesOf(random, chance(random, 0.05) ? BYTES_MAX : integer(random, 60)))
  const whole = joined(Array.from({ length: 1 + integer(random, 3) }, honest))
  return chance(random, 0.3) ? whole : changedBytes(random, whole, honest)
}

/** All payloads of a stream, given to a decoder in pieces of the lengths that `next` says; null where it refused. */
const payloadsOf = (stream: Uint8Array, next: () => number): readonly string[] | null => {
  const decoder = createFrameDecoder(BYTES_MAX)
  const payloads: string[] = []
  try {
    for (let at = 0; at < stream.byteLength; ) {
      const length = next()
      for (const payload of decoder.push(stream.subarray(at, at + length)))
        payloads.push(Buffer.from(payload).toString('hex'))
      if (decoder.pendingBytes > BYTES_MAX + 4) breach(`${decoder.pendingBytes} bytes wait`)
      at += length
    }
    return payloads
  } catch (error) {
    if (error instanceof CoterieError && error.code === 'frameTooLarge') return null
    throw error
  }
}

/** How a stream is cut into pieces changes nothing. */
const openStream = (random: Random): Subject => ({
  make: streamOf,
  take: (stream) => {
    const whole = payloadsOf(stream, () => stream.byteLength)
    const pieces = payloadsOf(stream, () => 1 + integer(random, 20))
    if (JSON.stringify(whole) !== JSON.stringify(pieces)) breach('in pieces, a stream says something else')
    createFrameDecoder(BYTES_MAX).push(stream)
  },
  fingerprint: nothing,
})

export const framingTarget: Target = { name: 'framing', codes: ['frameTooLarge'], open: openStream }

const CODES = Object.keys(ERRORS) as ErrorCode[]

/** An error of any number, with data that may or may not be its own. */
const validError = (random: Random) => {
  const data = Object.fromEntries(
    ['detail', 'peer', 'leader', 'reason', 'what', 'tried', 'node', 'revisions'].map((key) => [
      key,
      pick(random, HOSTILE_TEXTS),
    ]),
  )
  const numbers = CODES.map((code) => ERRORS[code].wire)
  return treeOf({ wire: chance(random, 0.9) ? pick(random, numbers) : integer(random, 400), data })
}

const answerOf = (random: Random): Uint8Array => {
  if (chance(random, 0.2)) return encodeAnswer(bytesOf(random, integer(random, 40)))
  const error = frameFrom(random, { valid: validError, bounds: [] })
  return joined([Uint8Array.of(chance(random, 0.9) ? 1 : integer(random, 255)), error])
}

/** An answer's error is thrown, printed, passed on to whoever asked, as JSON too. */
const takeAnswer = (frame: Uint8Array): void => {
  try {
    decodeAnswer(frame)
  } catch (error) {
    if (error instanceof CoterieError) {
      unbroken('passing the error on', () => encodeErrorAnswer(error))
      unbroken('writing the error down', () => JSON.stringify(errorBody(error)))
    }
    throw error
  }
}

export const answerTarget: Target = {
  name: 'answer',
  codes: CODES,
  open: () => ({ make: answerOf, take: takeAnswer, fingerprint: nothing }),
}
