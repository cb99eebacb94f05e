/** What a task waits for before it begins for the first time; a move or an update waits for nothing. */
import { type Static, Type } from 'typebox'
import { NameSchema } from '../wire/index.ts'

export const DEPENDENCIES_MAX = 64

export const DependencySchema = Type.Object(
  {
    /** Of the same project. */
    service: NameSchema,
    condition: Type.Union([
      Type.Literal('service_started'),
      Type.Literal('service_healthy'),
      Type.Literal('service_completed_successfully'),
    ]),
  },
  { additionalProperties: false },
)

export type Dependency = Static<typeof DependencySchema>
