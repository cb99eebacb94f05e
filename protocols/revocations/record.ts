/** The form of a revocation record: what is said of a node, and who stands for it. See docs/design/revocation.md. */
import { type Static, Type } from 'typebox'
import { CERTIFICATE_BYTES_MAX } from '../credentials/index.ts'
import { BytesSchema, defineMessage, NameSchema, NodeIdSchema } from '../wire/index.ts'

/** Why, for people: one sentence. */
export const REASON_LENGTH_MAX = 200

/** A node, a name and a reason in the longest alphabet. */
const STATEMENT_BYTES_MAX = 1_280

/** Two numbers of the curve P-256. */
const SIGNATURE_BYTES = 64

export const StatementSchema = Type.Object({
  node: NodeIdSchema,
  /** As it was called when it was revoked. */
  name: NameSchema,
  reason: Type.String({ maxLength: REASON_LENGTH_MAX }),
  /** Wall clock of who signed. */
  atMs: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
})
export type Statement = Readonly<Static<typeof StatementSchema>>

export const statementCodec = defineMessage('revocation', StatementSchema)

/** A statement is at most a kilobyte, and a certificate rarely one: what a revoked node is shown fits a frame for strangers. */
const RecordSchema = Type.Object({
  statement: BytesSchema(1, STATEMENT_BYTES_MAX),
  /** Of the signer, in DER: the mesh's root, or an intermediate. */
  certificate: BytesSchema(1, CERTIFICATE_BYTES_MAX),
  signature: BytesSchema(SIGNATURE_BYTES, SIGNATURE_BYTES),
})
export type SignedRevocation = Readonly<Static<typeof RecordSchema>>

export const revocationCodec = defineMessage('signed revocation', RecordSchema)

/** Before the statement, in what is signed: no other signature of these keys is one of these. */
export const REVOCATION_TEXT = 'coterie-revocation/1|'
