/** The root of the mesh, and who issues certificates under it. */
import { type Static, Type } from 'typebox'
import { NameSchema, NodeIdSchema } from '../../wire/index.ts'
import { Closed } from './closed.ts'

/** A sealed key is under 2 KiB. */
const SealedSchema = Type.String({ minLength: 1, maxLength: 16_384 })

/** What guards a file that may be lost. */
export const PassphraseSchema = Type.String({ minLength: 12, maxLength: 1_024 })

export const RootSchema = Closed({
  /** SHA-256 of the root's certificate in DER. */
  fingerprint: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  /** What the names of the mesh's machines end with. */
  domain: Type.String(),
  /** In PEM. */
  certificate: Type.String(),
  /** Wall clock. */
  notAfterMs: Type.Integer(),
  /** Whether the root's key is on this machine. */
  keyHere: Type.Boolean(),
})

export const ExportRootRequestSchema = Closed({ passphrase: PassphraseSchema })

/** What goes into a file: JSON of its own. */
export const SealedRootSchema = Closed({ sealed: SealedSchema })

export const OpenRootRequestSchema = Closed({ sealed: SealedSchema, passphrase: PassphraseSchema })

export const IssuerSchema = Closed({
  id: NodeIdSchema,
  name: NameSchema,
  /** When its intermediate ends. */
  notAfterMs: Type.Integer(),
})

export const IssuersSchema = Closed({ issuers: Type.Array(IssuerSchema) })

/** A node by its name or its id. */
export const IssuerParamsSchema = Closed({ node: Type.Union([NameSchema, NodeIdSchema]) })

export type Root = Static<typeof RootSchema>
export type SealedRoot = Static<typeof SealedRootSchema>
export type OpenRootRequest = Static<typeof OpenRootRequestSchema>
export type Issuer = Static<typeof IssuerSchema>
export type Issuers = Static<typeof IssuersSchema>
