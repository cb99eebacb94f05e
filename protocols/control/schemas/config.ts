import { type Static, Type } from 'typebox'
import { Closed } from './closed.ts'

const ValueSchema = Type.Union([
  Type.String(),
  Type.Number(),
  Type.Boolean(),
  Type.Null(),
  Type.Array(Type.String()),
])

export const ConfigEntrySchema = Closed({
  /** As in the flag, without the hyphens before it. */
  name: Type.String(),
  value: ValueSchema,
  source: Type.Union([
    Type.Literal('flag'),
    Type.Literal('environment'),
    Type.Literal('file'),
    Type.Literal('default'),
  ]),
  /** The flag, the variable or the line of the file that set it; null for a default. */
  setBy: Type.Union([Type.String(), Type.Null()]),
})

/** Every setting that the daemon runs with; a join token is not among them. */
export const ConfigSchema = Closed({ settings: Type.Array(ConfigEntrySchema) })

export type ConfigEntry = Static<typeof ConfigEntrySchema>
export type Config = Static<typeof ConfigSchema>
