import { type Static, Type } from 'typebox'
import { MemberRoleSchema } from '../decisions/index.ts'
import { VersionRangeSchema } from '../versions/index.ts'
import {
  AddressesSchema,
  BytesSchema,
  defineMessage,
  MEMBERS_MAX,
  NameSchema,
  NodeIdSchema,
} from '../wire/index.ts'
import { CertificateRequestSchema, IssuedSchema } from './certificate-messages.ts'

const ProofSchema = BytesSchema(32, 32)

const JoinRequestSchema = Type.Object({
  proof: ProofSchema,
  name: NameSchema,
  addresses: AddressesSchema,
  version: Type.String({ maxLength: 64 }),
  /** The mesh versions that it understands; absent where it is of the first one. */
  meshVersions: Type.Optional(VersionRangeSchema),
  /** Absent for a full one. */
  role: Type.Optional(MemberRoleSchema),
  certificates: Type.Optional(CertificateRequestSchema),
})

const JoinReplySchema = Type.Object({
  proof: ProofSchema,
  mesh: Type.String({ pattern: '^[0-9a-f]{16}$' }),
  meshName: NameSchema,
  members: Type.Array(Type.Object({ node: NodeIdSchema, addresses: AddressesSchema }), {
    maxItems: MEMBERS_MAX,
  }),
  issued: Type.Optional(IssuedSchema),
})

/** What a machine says of itself when it asks to be admitted. */
export type JoinRequest = Static<typeof JoinRequestSchema>
/** What it gets when the admission is committed: proof that the other side holds the secret, and whom to meet. */
export type JoinReply = Static<typeof JoinReplySchema>

export const joinRequestCodec = defineMessage('join request', JoinRequestSchema)
export const joinReplyCodec = defineMessage('join reply', JoinReplySchema)
