/**
 * What a person carries from a member to a machine that is to join: one word of some 300 characters.
 *
 *     coterie_ base64url( version (1) | length of the terms (2, big-endian) | terms | signature (64) )
 *
 * The terms are a CBOR map with keys of one letter, below, and the signature is that of the node that made the token (Ed25519), over
 * `coterie-token/1|` and the terms. They pin the hash of the mesh's root, so whoever answers a joiner has to prove that it
 * is of this mesh before it is shown the token. See docs/design/tokens.md.
 */
import { type Static, Type } from 'typebox'
import { concat, fromString, toString as toText } from 'uint8arrays'
import {
  CapabilitiesSchema,
  CidrsSchema,
  LabelsSchema,
  type TokenTerms,
  TokenUsesSchema,
} from '../decisions/index.ts'
import { CoterieError } from '../errors/index.ts'
import { AddressSchema, BytesSchema, defineMessage, keyOfNode, nodeOfKey } from '../wire/index.ts'

const PREFIX = 'coterie_'
const VERSION = 1
const HEADER_BYTES = 3
/** The header alone: three bytes are four characters. */
const HEADER_LENGTH = 4
const SIGNATURE_BYTES = 64
const KEY_BYTES = 32
const ROOT_HASH_BYTES = 32

/** 128 bits: nobody guesses one. */
export const TOKEN_ID_BYTES = 16

/** Addresses in one token: some of its maker's, and of others in case that one is switched off. */
export const TOKEN_ADDRESSES_MAX = 4

/** Characters of such an address: a name of average length; longer ones are left out. */
export const TOKEN_ADDRESS_LENGTH_MAX = 100

/** Bytes of a token: all of its parts at their bounds. */
export const TOKEN_BYTES_MAX = 1_536

/** Characters that may be read as a token: its bound in base64url, and some white space. */
export const TOKEN_TEXT_LENGTH_MAX = 4_096

/** Seconds since 1970, which are half as long as milliseconds; to the end of the year 9999. */
const SecondsSchema = Type.Integer({ minimum: 0, maximum: 253_402_300_799 })

const WrittenSchema = Type.Object({
  /** Hash of the root. */
  r: BytesSchema(ROOT_HASH_BYTES, ROOT_HASH_BYTES),
  /** Id: random. */
  i: BytesSchema(TOKEN_ID_BYTES, TOKEN_ID_BYTES),
  /** By: the key of the node that made it. */
  b: BytesSchema(KEY_BYTES, KEY_BYTES),
  /** From and until when. */
  f: SecondsSchema,
  e: SecondsSchema,
  /** Uses; absent for one. */
  u: Type.Optional(TokenUsesSchema),
  /** Role: present for an edge node. */
  o: Type.Optional(Type.Literal('edge')),
  /** Capabilities, networks, labels; absent where there are none. */
  c: Type.Optional(CapabilitiesSchema),
  n: Type.Optional(CidrsSchema),
  l: Type.Optional(LabelsSchema),
  /** Addresses of members. */
  a: Type.Array(AddressSchema, { maxItems: TOKEN_ADDRESSES_MAX }),
})

export const tokenTermsCodec = defineMessage('join token', WrittenSchema)

/** What a token says. */
export interface JoinTokenTerms extends TokenTerms {
  readonly rootHash: Uint8Array
  readonly id: Uint8Array
  readonly addresses: readonly string[]
}

export interface JoinToken {
  readonly terms: JoinTokenTerms
  /** All of it, as it crosses a wire. */
  readonly bytes: Uint8Array
  /** What is signed, and the signature by the key of `terms.by`, not yet verified. */
  readonly message: Uint8Array
  readonly signature: Uint8Array
}

const some = <Item>(items: readonly Item[]): Item[] | undefined => (items.length > 0 ? [...items] : undefined)

const toWritten = (terms: JoinTokenTerms): Static<typeof WrittenSchema> => {
  const [c, n, l] = [some(terms.capabilities), some(terms.cidrs), some(terms.labels)]
  return {
    r: terms.rootHash,
    i: terms.id,
    b: keyOfNode(terms.by) as Uint8Array,
    f: terms.notBeforeMs / 1_000,
    e: terms.expiresAtMs / 1_000,
    ...(terms.usesMax > 1 && { u: terms.usesMax }),
    ...(terms.role === 'edge' && { o: terms.role }),
    ...(c && { c }),
    ...(n && { n }),
    ...(l && { l }),
    a: [...terms.addresses],
  }
}

const toTerms = ({ r, i, b, f, e, u, o, c, n, l, a }: Static<typeof WrittenSchema>): JoinTokenTerms => ({
  rootHash: r,
  id: i,
  by: nodeOfKey(b),
  notBeforeMs: f * 1_000,
  expiresAtMs: e * 1_000,
  usesMax: u ?? 1,
  role: o ?? 'full',
  capabilities: c ?? [],
  cidrs: n ?? [],
  labels: l ?? [],
  addresses: a,
})

const messageOf = (terms: Uint8Array): Uint8Array => concat([fromString('coterie-token/1|'), terms])

/** What the maker signs, and how the signature completes it. Times are whole seconds. */
export const draftToken = (
  terms: JoinTokenTerms,
): { readonly message: Uint8Array; complete(signature: Uint8Array): string } => {
  const written = tokenTermsCodec.encode(toWritten(terms))
  const header = Uint8Array.of(VERSION, written.byteLength >> 8, written.byteLength & 255)
  return {
    message: messageOf(written),
    complete: (signature) => PREFIX + toText(concat([header, written, signature]), 'base64url'),
  }
}

const malformed = (detail: string) => new CoterieError('joinTokenMalformed', { detail })

/** The bytes that a text stands for, whole or not. */
const bytesOf = (body: string): Uint8Array => {
  try {
    return fromString(body, 'base64url')
  } catch {
    throw malformed('a character of it was changed')
  }
}

/** Reads what a member is shown. @throws `joinTokenMalformed` */
export const readToken = (bytes: Uint8Array): JoinToken => {
  if (bytes[0] !== VERSION) throw malformed('a newer version of coterie made it')
  const termsEnd = HEADER_BYTES + ((bytes[1] ?? 0) << 8) + (bytes[2] ?? 0)
  if (bytes.byteLength !== termsEnd + SIGNATURE_BYTES) throw malformed('it has another length than it says')
  const written = bytes.subarray(HEADER_BYTES, termsEnd)
  try {
    const terms = toTerms(tokenTermsCodec.decode(written))
    return { terms, bytes, message: messageOf(written), signature: bytes.subarray(termsEnd) }
  } catch {
    throw malformed('a character of it was changed')
  }
}

/**
 * Reads what a person gave; white space in and around it, as of a line that was wrapped, is forgiven.
 * @throws `joinTokenMalformed`, `joinTokenTruncated`
 */
export const parseToken = (text: string): JoinToken => {
  if (text.length > TOKEN_TEXT_LENGTH_MAX) throw malformed('it is too long')
  const given = text.replace(/\s+/g, '')
  if (!given.startsWith(PREFIX)) throw malformed(`it does not begin with ${PREFIX}`)
  const body = given.slice(PREFIX.length)
  if (!/^[\w-]*$/.test(body)) throw malformed('it holds a character that no token has')
  if (body.length < HEADER_LENGTH) throw new CoterieError('joinTokenTruncated', { missing: null })
  const header = bytesOf(body.slice(0, HEADER_LENGTH)) as Uint8Array & [number, number, number]
  if (header[0] !== VERSION) throw malformed('a newer version of coterie made it')
  const bytes = HEADER_BYTES + (header[1] << 8) + header[2] + SIGNATURE_BYTES
  if (bytes > TOKEN_BYTES_MAX) throw malformed('it is too long')
  const missing = Math.ceil((bytes * 4) / 3) - body.length
  if (missing > 0) throw new CoterieError('joinTokenTruncated', { missing })
  if (missing < 0) throw malformed('something follows its end')
  return readToken(bytesOf(body))
}
