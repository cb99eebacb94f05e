import { type Static, Type } from 'typebox'
import { ObjectKeySchema, RevisionIdSchema } from '../../decisions/index.ts'
import { PortSpecSchema } from '../../spec/index.ts'
import { NameSchema } from '../../wire/index.ts'
import { Closed, Nullable } from './closed.ts'
import { ServiceUpdateSchema } from './updates.ts'

const Count = Type.Integer({ minimum: 0 })

export const ServiceSchema = Closed({
  object: ObjectKeySchema,
  project: NameSchema,
  name: NameSchema,
  /** The accepted head. */
  revision: RevisionIdSchema,
  /** Null until the head's bytes have arrived at the node that answers; then nothing is known of image and ports. */
  replicas: Nullable(Count),
  running: Count,
  image: Nullable(Type.String()),
  ports: Type.Array(PortSpecSchema),
  /** Edits that were concurrent with the head and lost. */
  conflicts: Count,
  /** How far it is with its update; null where none has begun since the head moved. */
  update: Nullable(ServiceUpdateSchema),
  /** Where a browser on this machine opens it; null where it has no tcp port or no gateway is served. */
  url: Nullable(Type.String()),
})

/** Every accepted service that is not removed. */
export const ServicesSchema = Closed({ services: Type.Array(ServiceSchema) })

export const ServiceParamsSchema = Closed({ project: NameSchema, name: NameSchema })

export const ServiceUrlSchema = Closed({ url: Type.String() })

export type Service = Static<typeof ServiceSchema>
export type Services = Static<typeof ServicesSchema>
export type ServiceUrl = Static<typeof ServiceUrlSchema>
