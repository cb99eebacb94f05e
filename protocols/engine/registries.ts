/** Wire forms on `PROTOCOLS.registries`: who has which logins for registries since when, and one login. */
import { type Static, Type } from 'typebox'
import { defineMessage } from '../wire/index.ts'

/** Registries that one mesh logs in to. */
export const REGISTRIES_MAX = 64
/** Tokens of cloud registries are of some thousand characters. */
export const SECRET_LENGTH_MAX = 16_384
export const USERNAME_LENGTH_MAX = 256

/** A host, with a port or without: what stands before the first slash of an image's name. */
export const RegistrySchema = Type.String({
  pattern: '^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?$',
  maxLength: 255,
})

export const LoginSchema = Type.Object({
  username: Type.String({ minLength: 1, maxLength: USERNAME_LENGTH_MAX }),
  secret: Type.String({ minLength: 1, maxLength: SECRET_LENGTH_MAX }),
})

/** Since when a login, or its absence, counts; the later one wins. */
const KnownSchema = Type.Object({ registry: RegistrySchema, atMs: Type.Integer({ minimum: 0 }) })

const RequestSchema = Type.Union([
  /** What somebody has. Answered once the other side has asked for what is newer. */
  Type.Object({ type: Type.Literal('offer'), known: Type.Array(KnownSchema, { maxItems: REGISTRIES_MAX }) }),
  Type.Object({ type: Type.Literal('give'), registry: RegistrySchema }),
])

const AnswerSchema = Type.Union([
  Type.Object({ type: Type.Literal('taken') }),
  Type.Object({
    type: Type.Literal('given'),
    atMs: Type.Integer({ minimum: 0 }),
    /** Null where it was taken away. */
    login: Type.Union([LoginSchema, Type.Null()]),
  }),
])

export type KnownRegistry = Static<typeof KnownSchema>
export type RegistriesRequest = Static<typeof RequestSchema>
export type RegistriesAnswer = Static<typeof AnswerSchema>

export const registriesRequestCodec = defineMessage('registries request', RequestSchema)
export const registriesAnswerCodec = defineMessage('registries answer', AnswerSchema)
