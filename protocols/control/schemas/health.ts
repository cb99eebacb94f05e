import { type Static, Type } from 'typebox'
import { NodeIdSchema } from '../../wire/index.ts'
import { Closed } from './closed.ts'

export const HealthSchema = Closed({
  status: Type.Literal('ok'),
  node: NodeIdSchema,
  version: Type.String(),
})

/** Of a node that may be sent work; one that may not answers `notReady`. */
export const ReadySchema = Closed({ status: Type.Literal('ready'), node: NodeIdSchema })

export type Health = Static<typeof HealthSchema>
export type Ready = Static<typeof ReadySchema>
