/** Machines of the LAN that ask to join without a token, and the window in which a node hears them. */
import { type Static, Type } from 'typebox'
import { AskingMachineSchema, FINGERPRINT_PATTERN } from '../../credentials/index.ts'
import { CidrsSchema, MemberRoleSchema, TOKEN_LIMITS_MAX } from '../../decisions/index.ts'
import { NameSchema, NodeIdSchema } from '../../wire/index.ts'
import { Closed, Nullable } from './closed.ts'
import { NetworkSchema } from './tokens.ts'

/** A day: longer, and nobody remembers that it is open. */
export const OPEN_LAN_MS_MAX = 86_400_000

const terms = {
  /** Whether everybody who asks is let in, without a person. */
  autoApprove: Type.Boolean(),
  /** The most that a machine is let in as. */
  role: MemberRoleSchema,
}

export const OpenLanRequestSchema = Closed({
  /** Milliseconds from now. */
  forMs: Type.Integer({ minimum: 1_000, maximum: OPEN_LAN_MS_MAX }),
  ...terms,
  /** Networks that it has to come from; none: those that the node is in. */
  cidrs: Type.Array(NetworkSchema, { maxItems: TOKEN_LIMITS_MAX }),
})

const FingerprintSchema = Type.String({ pattern: FINGERPRINT_PATTERN })

export const AskingNodeSchema = Closed({
  /** What the screen of that machine shows too. */
  fingerprint: FingerprintSchema,
  /** `entering` while its token is made. */
  state: Type.Union([
    Type.Literal('waiting'),
    Type.Literal('entering'),
    Type.Literal('approved'),
    Type.Literal('denied'),
  ]),
  id: NodeIdSchema,
  /** What it wants to be called, and be. */
  name: NameSchema,
  role: MemberRoleSchema,
  machine: Closed(AskingMachineSchema.properties),
  /** The IP address that it comes from. */
  address: Type.String(),
  askedAtMs: Type.Integer(),
})

export const OpenLanSchema = Closed({
  /** Null while the node is closed. */
  window: Nullable(Closed({ untilMs: Type.Integer(), ...terms, cidrs: CidrsSchema })),
  /** The oldest first; of those that were answered, the last two minutes. */
  requests: Type.Array(AskingNodeSchema),
})

export const AnswerRequestSchema = Closed({ fingerprint: FingerprintSchema })

export type OpenLanRequest = Static<typeof OpenLanRequestSchema>
export type OpenLanState = Static<typeof OpenLanSchema>
export type AskingNode = Static<typeof AskingNodeSchema>
