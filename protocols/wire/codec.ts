/**
 * One codec for all messages between nodes: CBOR, read strictly, then checked by a schema.
 *
 * Guarantees: what `decode` returns fits the schema; unknown fields are tolerated, so a newer node may add some;
 * bytes after the value, indefinite lengths, duplicate keys, tags and integers that a number cannot hold are refused.
 * It does not bound the size: framing does, before the bytes get here.
 */
import { decode as cborDecode, encode as cborEncode } from 'cborg'
import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { CoterieError } from '../errors/index.ts'

export interface MessageCodec<Message> {
  /** What `decode` checks by. */
  readonly schema: TSchema
  encode(message: Message): Uint8Array
  /** @throws `malformedMessage` when the bytes are not CBOR or do not fit the schema */
  decode(bytes: Uint8Array): Message
}

export const DECODE_OPTIONS = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowBigInt: false,
  rejectDuplicateMapKeys: true,
  allowNaN: false,
  allowInfinity: false,
} as const

/** The encoder gives a Buffer of Node for some lengths, which Yjs does not hold and a browser does not know. */
const plain = (bytes: Uint8Array): Uint8Array =>
  bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes)

/** Makes the codec of one message kind; the check is compiled when first used, so that start-up stays quick. */
export const defineMessage = <Schema extends TSchema>(
  what: string,
  schema: Schema,
): MessageCodec<Static<Schema>> => {
  let check: ReturnType<typeof Compile<Schema>> | undefined
  return {
    schema,
    encode: (message) => plain(cborEncode(message)),
    decode: (bytes) => {
      check ??= Compile(schema)
      let value: unknown
      try {
        value = cborDecode(bytes, DECODE_OPTIONS)
      } catch (error) {
        throw new CoterieError('malformedMessage', {
          what,
          detail: (error as Error).message,
        })
      }
      if (check.Check(value)) return value as Static<Schema>
      const [first] = check.Errors(value)
      const detail =
        first === undefined ? 'it does not fit its schema' : `${first.instancePath || '/'} ${first.message}`
      throw new CoterieError('malformedMessage', { what, detail })
    },
  }
}
