/** Logins for registries of images. What opens one is told to a daemon, and never by one. */
import { type Static, Type } from 'typebox'
import { LoginSchema, RegistrySchema } from '../../engine/registries.ts'
import { NameSchema } from '../../wire/index.ts'
import { Closed } from './closed.ts'

export const RegistryParamsSchema = Closed({ registry: RegistrySchema })

export const RegistryLoginSchema = Closed({ registry: RegistrySchema, ...LoginSchema.properties })

/** Names of nodes that know of it, and of such as did not answer: they are told when they are back. */
const spread = { told: Type.Array(NameSchema), away: Type.Array(NameSchema) }

export const RegistryGivenSchema = Closed({
  registry: RegistrySchema,
  /** False where the node that was asked has no engine to try it with. */
  checked: Type.Boolean(),
  ...spread,
})

export const RegistryTakenSchema = Closed({ registry: RegistrySchema, ...spread })

export const RegistriesSchema = Closed({
  registries: Type.Array(
    Closed({
      registry: RegistrySchema,
      username: Type.String(),
      /** Wall clock of the node that it was given to. */
      atMs: Type.Integer({ minimum: 0 }),
    }),
  ),
})

export type RegistryLoginRequest = Static<typeof RegistryLoginSchema>
export type RegistryGiven = Static<typeof RegistryGivenSchema>
export type RegistryTaken = Static<typeof RegistryTakenSchema>
export type Registries = Static<typeof RegistriesSchema>
