/** Single-writer registers: the last that a node says of itself under a key. See docs/design/registers.md. */
import { type Static, Type } from 'typebox'
import { compare } from 'uint8arrays'
import { CoterieError, isCoterieError } from '../protocols/errors/index.ts'
import { nodeRegister } from '../protocols/spec/index.ts'
import { BytesSchema, defineMessage, intern, type NodeId, NodeIdSchema } from '../protocols/wire/index.ts'
import { type Claim, decodeSigned, encodeSigned, type Sign, signedCodec, signedMessage } from './signed.ts'

/** One value: room for a status with its last log lines, and a record still fits into one gossip payload. */
export const REGISTER_VALUE_BYTES_MAX = 48 * 1024

/** The value, and all that can stand around it. */
const REGISTER_BYTES_MAX = REGISTER_VALUE_BYTES_MAX + 1024

const ContentSchema = Type.Object({
  node: NodeIdSchema,
  key: Type.String({ pattern: '^[a-z]+/[A-Za-z0-9.-]+$', maxLength: 220 }),
  /** Which life of the node's process. */
  epoch: Type.Integer({ minimum: 1 }),
  /** Which write of that life. */
  sequence: Type.Integer({ minimum: 1 }),
  value: BytesSchema(0, REGISTER_VALUE_BYTES_MAX),
})

export const registerContentCodec = defineMessage('register', ContentSchema)

export type RegisterContent = Static<typeof ContentSchema>

export interface Register extends Readonly<RegisterContent> {
  /** Its encoded form, as stored and sent. */
  readonly bytes: Uint8Array
}

/** A register that is read when somebody asks: nobody asks for most. */
class KeptRegister implements Register {
  readonly node: NodeId
  readonly key: string
  readonly #readBytes: () => Uint8Array
  #content: Pick<RegisterContent, 'epoch' | 'sequence' | 'value'> | null = null

  constructor(node: NodeId, key: string, readBytes: () => Uint8Array) {
    this.node = node
    this.key = key
    this.#readBytes = readBytes
  }

  get bytes(): Uint8Array {
    return this.#readBytes()
  }

  get epoch(): number {
    return this.#read().epoch
  }

  get sequence(): number {
    return this.#read().sequence
  }

  get value(): Uint8Array {
    return this.#read().value
  }

  #read(): Pick<RegisterContent, 'epoch' | 'sequence' | 'value'> {
    this.#content ??= contentOf(this.bytes)
    return this.#content
  }
}

/** What a newer version wrote and this one cannot read says nothing, and whatever comes takes its place. */
const contentOf = (bytes: Uint8Array): Pick<RegisterContent, 'epoch' | 'sequence' | 'value'> => {
  try {
    return registerContentCodec.decode(signedCodec.decode(bytes).content)
  } catch (error) {
    if (isCoterieError(error, 'malformedMessage')) return { epoch: 0, sequence: 0, value: new Uint8Array() }
    throw error
  }
}

const invalid = (detail: string) => new CoterieError('registerInvalid', { detail })

/** The owner and the key name a register. */
export const registerName = ({ node, key }: Pick<Register, 'node' | 'key'>): string => `${node}/${key}`

/** True when `a` takes the place of `b`. A total order, so that every node keeps the same one. */
export const succeeds = (a: Register, b: Register): boolean => {
  if (a.epoch !== b.epoch) return a.epoch > b.epoch
  if (a.sequence !== b.sequence) return a.sequence > b.sequence
  return compare(a.bytes, b.bytes) > 0
}

/** Writes down a value and signs it. @throws `registerInvalid` */
export const createRegister = async (content: RegisterContent, sign: Sign): Promise<Register> => {
  const encoded = registerContentCodec.encode(content)
  const signature = await sign(signedMessage('register', encoded))
  return parseRegister(encodeSigned({ content: encoded, signature }))
}

/** Reads a register; its signature is not verified yet, see `registerClaim`. @throws `registerInvalid` */
export const parseRegister = (bytes: Uint8Array): Register => {
  if (bytes.byteLength > REGISTER_BYTES_MAX) throw invalid(`it has over ${REGISTER_BYTES_MAX} bytes`)
  try {
    const content = registerContentCodec.decode(decodeSigned(bytes).content)
    checkOwner(content)
    return { ...content, node: intern(content.node), bytes }
  } catch (error) {
    throw isCoterieError(error, 'malformedMessage') ? invalid(error.data.detail) : error
  }
}

/** The register that is kept under a name, as it was parsed, and verified, once. */
export const keptRegister = (name: string, readBytes: () => Uint8Array): Register => {
  const end = name.indexOf('/')
  return new KeptRegister(intern(name.slice(0, end)), name.slice(end + 1), readBytes)
}

/** What the register says about who signed it. */
export const registerClaim = ({ node, bytes }: Register): Claim => {
  const { content, signature } = decodeSigned(bytes)
  return { signer: node, message: signedMessage('register', content), signature }
}

/** A register that is about a node is that node's own. */
const checkOwner = ({ node, key }: { readonly node: NodeId; readonly key: string }): void => {
  if (key.startsWith('node/') && key !== nodeRegister(node)) throw invalid(`${node} wrote ${key}`)
}
