/** What a machine without a token says to a member that is open to its LAN, and what it is told. See docs/design/open-lan.md. */
import { type Static, Type } from 'typebox'
import { MemberRoleSchema } from '../decisions/index.ts'
import { BytesSchema, defineMessage, NameSchema } from '../wire/index.ts'
import { TOKEN_BYTES_MAX } from './join-token.ts'

/** 128 bits: nobody guesses it from its hash. */
export const ASK_NONCE_BYTES = 16
const HASH_BYTES = 32

/** What machine it says that it is, for the person who lets it in. */
export const AskingMachineSchema = Type.Object({
  /** As Node calls it: `arm64`. */
  arch: Type.String({ maxLength: 16, pattern: '^[a-z0-9_]+$' }),
  cpus: Type.Integer({ minimum: 1, maximum: 65_535 }),
  memoryMb: Type.Integer({ minimum: 0, maximum: 2 ** 32 }),
})

const AskQuestionSchema = Type.Union([
  Type.Object({ type: Type.Literal('look') }),
  Type.Object({
    type: Type.Literal('ask'),
    commitment: BytesSchema(HASH_BYTES, HASH_BYTES),
    name: NameSchema,
    role: MemberRoleSchema,
    machine: AskingMachineSchema,
  }),
  /** Shows the nonce; said again until there is an answer. */
  Type.Object({ type: Type.Literal('wait'), nonce: BytesSchema(ASK_NONCE_BYTES, ASK_NONCE_BYTES) }),
  Type.Object({ type: Type.Literal('withdraw') }),
])

const AskAnswerSchema = Type.Union([
  Type.Object({
    type: Type.Literal('open'),
    rootHash: BytesSchema(HASH_BYTES, HASH_BYTES),
    meshName: NameSchema,
  }),
  Type.Object({ type: Type.Literal('asked'), nonce: BytesSchema(ASK_NONCE_BYTES, ASK_NONCE_BYTES) }),
  Type.Object({ type: Type.Literal('waiting') }),
  Type.Object({ type: Type.Literal('approved'), token: BytesSchema(1, TOKEN_BYTES_MAX) }),
  Type.Object({ type: Type.Literal('withdrawn') }),
])

export type AskingMachine = Static<typeof AskingMachineSchema>
export type AskQuestion = Static<typeof AskQuestionSchema>
export type AskAnswer = Static<typeof AskAnswerSchema>

export const askQuestionCodec = defineMessage('request to join', AskQuestionSchema)
export const askAnswerCodec = defineMessage('answer to a request to join', AskAnswerSchema)
