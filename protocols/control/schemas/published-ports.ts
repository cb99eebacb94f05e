import { type Static, Type } from 'typebox'
import { ObjectKeySchema } from '../../decisions/index.ts'
import { NameSchema, NodeIdSchema } from '../../wire/index.ts'
import { Closed, Nullable } from './closed.ts'

export const PublishedPortSchema = Closed({
  port: Type.Integer({ minimum: 1, maximum: 65_535 }),
  protocol: Type.Union([Type.Literal('tcp'), Type.Literal('udp')]),
  /** The service that publishes it. */
  object: ObjectKeySchema,
  /** The service that published it before, so that this one is answered nowhere; null where there is none. */
  by: Nullable(ObjectKeySchema),
  /** Members that do not answer it, and what keeps them from it, as they tell it. */
  held: Type.Array(Closed({ node: NodeIdSchema, name: NameSchema, problem: Type.String() })),
})

export const PublishedPortsSchema = Closed({ ports: Type.Array(PublishedPortSchema) })

export type PublishedPort = Static<typeof PublishedPortSchema>
export type PublishedPorts = Static<typeof PublishedPortsSchema>
