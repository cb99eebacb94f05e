import { type Static, Type } from 'typebox'
import { BytesSchema, defineMessage, NodeIdSchema } from '../wire/index.ts'

/** One certificate in DER: those of a mesh are under 1 KiB, and a leaf with many capabilities twice that. */
export const CERTIFICATE_BYTES_MAX = 2_560
/** A certificate request holds one key and one signature. */
const REQUEST_BYTES_MAX = 1_024
/** Names and addresses of one machine, in both families. */
export const HOSTS_MAX = 32

const CertificateSchema = BytesSchema(1, CERTIFICATE_BYTES_MAX)
const ChainSchema = Type.Array(CertificateSchema, { minItems: 3, maxItems: 3 })
const SignatureSchema = BytesSchema(64, 64)
const SigningRequestSchema = BytesSchema(1, REQUEST_BYTES_MAX)

const HelloSchema = Type.Object({
  /** Leaf, intermediate, root; empty of a machine that is about to join. */
  chain: Type.Array(CertificateSchema, { maxItems: 3 }),
  /** Wall clock of who speaks, for a machine that has none. */
  atMs: Type.Optional(Type.Integer()),
  /** Who speaks stands on a copy of a data directory, whose first one another machine may use. */
  isCopy: Type.Optional(Type.Boolean()),
  /** The signed revocation of whoever it is said to, who is shown no chain. */
  revoked: Type.Optional(BytesSchema(1, 2 * CERTIFICATE_BYTES_MAX)),
})

/** The node's key for HTTPS, and the node's signature that it is so. */
export const CertificateRequestSchema = Type.Object({
  https: SigningRequestSchema,
  hosts: Type.Array(Type.String({ minLength: 1, maxLength: 253 }), { maxItems: HOSTS_MAX }),
  signature: SignatureSchema,
})

export const IssuedSchema = Type.Object({ identity: ChainSchema, https: ChainSchema })

const LeavesRequestSchema = Type.Object({ node: NodeIdSchema, request: CertificateRequestSchema })

const IssuerAnswerSchema = Type.Object({ request: SigningRequestSchema, signature: SignatureSchema })

export type Hello = Static<typeof HelloSchema>
export type LeavesRequest = Static<typeof LeavesRequestSchema>
export type IssuerAnswer = Static<typeof IssuerAnswerSchema>

export const helloCodec = defineMessage('hello', HelloSchema)
export const leavesRequestCodec = defineMessage('certificate request', LeavesRequestSchema)
export const issuedCodec = defineMessage('issued certificates', IssuedSchema)
/** Asked without a word: the answer is a request for an intermediate. */
export const issuerAnswerCodec = defineMessage('issuer request', IssuerAnswerSchema)

/** What a node signs with its own key to say that a certificate request is its own. */
export const signingText = (kind: 'https' | 'issuer'): string => `coterie-certificate/1|${kind}|`
