import { type Static, Type } from 'typebox'
import { MemberRoleSchema, MeshIdSchema } from '../decisions/index.ts'
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
import { TOKEN_BYTES_MAX } from './join-token.ts'

const JoinRequestSchema = Type.Object({
  token: BytesSchema(1, TOKEN_BYTES_MAX),
  name: NameSchema,
  addresses: AddressesSchema,
  version: Type.String({ maxLength: 64 }),
  certificate: CertificateRequestSchema,
  /** The mesh versions that it understands; absent where it is of the first one. */
  meshVersions: Type.Optional(VersionRangeSchema),
  /** Absent for a full one. */
  role: Type.Optional(MemberRoleSchema),
})

const JoinReplySchema = Type.Object({
  mesh: MeshIdSchema,
  meshName: NameSchema,
  issued: IssuedSchema,
  members: Type.Array(Type.Object({ node: NodeIdSchema, addresses: AddressesSchema }), {
    maxItems: MEMBERS_MAX,
  }),
})

/** What a machine says of itself when it asks to be admitted, of a member that has proven itself. */
export type JoinRequest = Static<typeof JoinRequestSchema>
/** What it gets when the admission is committed: its certificates, and whom to meet. */
export type JoinReply = Static<typeof JoinReplySchema>

export const joinRequestCodec = defineMessage('join request', JoinRequestSchema)
export const joinReplyCodec = defineMessage('join reply', JoinReplySchema)
