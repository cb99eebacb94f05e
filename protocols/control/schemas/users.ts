/** Users, logging in, and sessions. */
import { type Static, Type } from 'typebox'
import { LoginWaySchema, SessionIdSchema, TOKEN_LENGTH_MAX } from '../../credentials/index.ts'
import { UserRoleSchema } from '../../decisions/index.ts'
import { NameSchema, NodeIdSchema } from '../../wire/index.ts'
import { Closed, Nullable } from './closed.ts'

/** Characters of a new password: what NIST SP 800-63B asks for where it is the only factor, and a bound on the work. */
export const PASSWORD_LENGTH_MIN = 12
export const PASSWORD_LENGTH_MAX = 1_000

const Time = Type.Integer({ minimum: 0 })
const Text = (maxLength: number) => Type.String({ maxLength })
/** What is signed, with all that it names at its bounds. */
const ChallengeTextSchema = Text(600)

/** Whatever somebody types where a password is asked for. */
const GivenPasswordSchema = Text(PASSWORD_LENGTH_MAX)
const NewPasswordSchema = Type.String({ minLength: PASSWORD_LENGTH_MIN, maxLength: PASSWORD_LENGTH_MAX })
/** A line of a `.pub` file. */
const KeyLineSchema = Text(1_000)
const FingerprintSchema = Type.String({ pattern: '^SHA256:[A-Za-z0-9+/]{43}$' })
const TokenSchema = Text(TOKEN_LENGTH_MAX)
const KindSchema = Type.Union([Type.Literal('person'), Type.Literal('machine')])

export const PasswordLoginSchema = Closed({ user: NameSchema, password: GivenPasswordSchema })

export const ChallengeRequestSchema = Closed({ user: NameSchema })

export const ChallengeSchema = Closed({
  /** What is to be signed, in the namespace `coterie-login`. */
  text: ChallengeTextSchema,
  /** Given back with it. */
  seal: Text(64),
})

export const KeyLoginSchema = Closed({
  user: NameSchema,
  text: ChallengeTextSchema,
  seal: Text(64),
  /** SSHSIG, as `ssh-keygen -Y sign` writes it, or its base64 alone. */
  signature: Text(4_000),
})

export const RefreshRequestSchema = Closed({ refresh: TokenSchema })

export const SessionTokensSchema = Closed({
  /** For `Authorization: Bearer`. */
  access: TokenSchema,
  accessUntilMs: Time,
  /** Good once. */
  refresh: TokenSchema,
  refreshUntilMs: Time,
})

export const SessionParamsSchema = Closed({ session: SessionIdSchema })

export const SessionSchema = Closed({
  session: SessionIdSchema,
  user: NameSchema,
  way: LoginWaySchema,
  /** Which made it. */
  node: NodeIdSchema,
  name: NameSchema,
  beganAtMs: Time,
  refreshedAtMs: Time,
  untilMs: Time,
  /** True for that of whoever asks. */
  own: Type.Boolean(),
})

/** Those refreshed last come first. */
export const SessionsSchema = Closed({ sessions: Type.Array(SessionSchema) })

/** Null where whoever asked has none, as on the unix socket. */
export const EndedSchema = Closed({ ended: Nullable(SessionIdSchema) })

export const UserSchema = Closed({
  user: NameSchema,
  kind: KindSchema,
  /** Null where it has none for the projects of this mesh. */
  role: Nullable(UserRoleSchema),
  hasPassword: Type.Boolean(),
  keys: Type.Array(Closed({ fingerprint: FingerprintSchema, comment: Type.String() })),
})

export const UsersSchema = Closed({ users: Type.Array(UserSchema) })

export const UserParamsSchema = Closed({ user: NameSchema })
export const KeyParamsSchema = Closed({ user: NameSchema, fingerprint: FingerprintSchema })

export const NewUserSchema = Closed({
  user: NameSchema,
  kind: KindSchema,
  role: UserRoleSchema,
  password: Type.Optional(NewPasswordSchema),
  key: Type.Optional(KeyLineSchema),
})

export const RoleRequestSchema = Closed({ role: UserRoleSchema })

export const PasswordRequestSchema = Closed({
  password: NewPasswordSchema,
  /** The present one; an admin need not know it. */
  current: Type.Optional(GivenPasswordSchema),
})

export const KeyRequestSchema = Closed({ key: KeyLineSchema })

export const RemovedUserSchema = Closed({
  /** `pending`: nobody can log in as that user any more, and the removal waits for a majority. */
  state: Type.Union([Type.Literal('done'), Type.Literal('pending')]),
})

export type LoginTokens = Static<typeof SessionTokensSchema>
export type Challenge = Static<typeof ChallengeSchema>
export type KeyLogin = Static<typeof KeyLoginSchema>
export type UserSession = Static<typeof SessionSchema>
export type User = Static<typeof UserSchema>
export type NewUser = Static<typeof NewUserSchema>
export type RemovedUser = Static<typeof RemovedUserSchema>
