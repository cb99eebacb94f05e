/**
 * One codec for all messages between nodes: CBOR, read strictly, then checked by a schema.
 *
 * Guarantees: what `decode` returns fits the schema; unknown fields are tolerated, so a newer node may add some;
 * bytes after the value, indefinite lengths, duplicate keys, tags and integers that a number cannot hold are refused.
 * It does not bound the size: framing does, before the bytes get here.
 */
import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { CoterieError } from '../errors/index.ts'
import { decode as decodeCbor, encode as encodeCbor } from './cbor/index.ts'

export interface MessageCodec<Message> {
  /** What `decode` checks by. */
  readonly schema: TSchema
  encode(message: Message): Uint8Array
  /** @throws `malformedMessage` when the bytes are not CBOR or do not fit the schema */
  decode(bytes: Uint8Array): Message
}

/** Makes the codec of one message kind; the check is compiled when first used, so that start-up stays quick. */
export const defineMessage = <Schema extends TSchema>(
  what: string,
  schema: Schema,
): MessageCodec<Static<Schema>> => {
  let check: ReturnType<typeof Compile<Schema>> | undefined
  return {
    schema,
    encode: encodeCbor,
    decode: (bytes) => {
      check ??= Compile(schema)
      let value: unknown
      try {
        value = decodeCbor(bytes)
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
