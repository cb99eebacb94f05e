import { type Static, Type } from 'typebox'
import { NodeIdSchema } from '../../wire/index.ts'
import { Closed } from './closed.ts'

export const HealthSchema = Closed({
  status: Type.Literal('ok'),
  node: NodeIdSchema,
  version: Type.String(),
})

export type Health = Static<typeof HealthSchema>
