/**
 * What a person wants to run: a service, as it stands in a revision. Whatever language it was written in
 * (Compose, so far) is translated to this; neither YAML nor Docker is known here.
 */
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { NameSchema } from '../wire/index.ts'
import { ResourcesSchema } from './resources.ts'

/** Replicas of one service: more than this on ten machines is a mistake of typing. */
export const REPLICAS_MAX = 1000

const Text = (maxLength: number) => Type.String({ maxLength })
const Command = Type.Array(Text(4096), { maxItems: 256 })

export const PortSpecSchema = Type.Object(
  {
    /** Port that the program listens on, inside its container. */
    target: Type.Integer({ minimum: 1, maximum: 65535 }),
    /** Port of the node; null lets the runtime choose a free one. */
    published: Type.Union([Type.Integer({ minimum: 1, maximum: 65535 }), Type.Null()]),
    protocol: Type.Union([Type.Literal('tcp'), Type.Literal('udp')]),
  },
  { additionalProperties: false },
)

export const RestartSchema = Type.Union([
  Type.Literal('no'),
  Type.Literal('on-failure'),
  Type.Literal('always'),
  Type.Literal('unless-stopped'),
])

export const ServiceSpecSchema = Type.Object(
  {
    kind: Type.Literal('service'),
    name: NameSchema,
    /** Groups what was deployed together; the name of the Compose project. */
    project: NameSchema,
    /** Null where the service runs only as a process. */
    image: Type.Union([Type.String({ minLength: 1, maxLength: 512 }), Type.Null()]),
    command: Type.Union([Command, Type.Null()]),
    // The bound of a name stands in its pattern: of a key, a schema looks at nothing else.
    environment: Type.Record(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_.-]{0,255}$' }), Text(32_768), {
      additionalProperties: false,
    }),
    /** The first tcp port is the one that `coterie open` shows. */
    ports: Type.Array(PortSpecSchema, { maxItems: 32 }),
    replicas: Type.Integer({ minimum: 0, maximum: REPLICAS_MAX }),
    restart: RestartSchema,
    /** What to run where a node has no Docker; null where there is nothing. */
    process: Type.Union([Type.Object({ command: Command }, { additionalProperties: false }), Type.Null()]),
    /** True: no slot ever has two tasks that run at once (docs/design/leases.md). Absent in revisions of versions without leases. */
    exclusive: Type.Optional(Type.Boolean()),
    /** Absent where a person said nothing of it, and in revisions of versions that know of none. */
    resources: Type.Optional(ResourcesSchema),
  },
  { additionalProperties: false },
)

export type PortSpec = Static<typeof PortSpecSchema>
export type RestartPolicy = Static<typeof RestartSchema>
export type ServiceSpec = Static<typeof ServiceSpecSchema>

/** The first field that is out of its bounds, by its path (`command/3`), and what is wrong with it; null where none is. */
export const specProblem = (spec: ServiceSpec): { readonly path: string; readonly detail: string } | null => {
  const [first] = Value.Errors(ServiceSpecSchema, spec)
  return first === undefined ? null : { path: first.instancePath.slice(1), detail: first.message }
}

/** The catalogue's key of a service. */
export const serviceKey = (project: string, name: string): string => `service/${project}/${name}`
