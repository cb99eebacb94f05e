/**
 * A signed record: `record = CBOR {content: bytes, signature: 64 bytes}`.
 *
 * The content is hashed and signed as it came, so no second encoding has to agree with the first. What is signed begins
 * with the kind, so a signature under one kind of record is worth nothing under another.
 */
import { Type } from 'typebox'
import { concat, fromString } from 'uint8arrays'
import { CoterieError } from '../protocols/errors/index.ts'
import { BytesSchema, defineMessage, type NodeId, REVISION_BYTES_MAX } from '../protocols/wire/index.ts'

/** Ed25519 (RFC 8032). */
const SIGNATURE_BYTES = 64

export type RecordKind = 'revision' | 'register' | 'taskRecord'

/** SHA-256. */
export type Hash = (bytes: Uint8Array) => Uint8Array
/** Signs with the key of this node. */
export type Sign = (message: Uint8Array) => Uint8Array | Promise<Uint8Array>
/** True when the key of `signer` made the signature. */
export type Verify = (claim: Claim) => boolean | Promise<boolean>

/** What a record says about who signed it. */
export interface Claim {
  readonly signer: NodeId
  readonly message: Uint8Array
  readonly signature: Uint8Array
}

export const signedCodec = defineMessage(
  'signed record',
  Type.Object({
    content: BytesSchema(1, REVISION_BYTES_MAX),
    signature: BytesSchema(SIGNATURE_BYTES, SIGNATURE_BYTES),
  }),
)

export interface Signed {
  readonly content: Uint8Array
  readonly signature: Uint8Array
}

/** The bytes that are signed: `coterie/<kind>/1`, a zero byte, the content. */
export const signedMessage = (kind: RecordKind, content: Uint8Array): Uint8Array =>
  concat([fromString(`coterie/${kind}/1\0`), content])

export const encodeSigned = (signed: Signed): Uint8Array => signedCodec.encode(signed)

/** `content`, which comes first, begins with this: a text of seven bytes. */
const CONTENT_KEY_HEAD = 0x67
/** The heads of the map, of both keys and of the signature, the keys, and the signature. */
const AROUND_CONTENT_BYTES = 1 + 8 + 10 + 2 + SIGNATURE_BYTES

const headBytes = (length: number): number => {
  if (length < 24) return 1
  return length < 0x100 ? 2 : length < 0x10000 ? 3 : 5
}

/** What was read strictly can only be in another order, or have a word more. */
const isInItsOneForm = (bytes: Uint8Array, { length }: Uint8Array): boolean =>
  bytes[1] === CONTENT_KEY_HEAD && bytes.length === AROUND_CONTENT_BYTES + headBytes(length) + length

/**
 * Reads a record in its one form: another order, or a word more, would be the same claim in other bytes, and two nodes
 * that hold the same would not look alike. @throws `malformedMessage`
 */
export const decodeSigned = (bytes: Uint8Array): Signed => {
  const { content, signature } = signedCodec.decode(bytes)
  if (!isInItsOneForm(bytes, content)) {
    throw new CoterieError('malformedMessage', { what: 'signed record', detail: 'it is not in its one form' })
  }
  return { content, signature }
}
