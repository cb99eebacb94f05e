/**
 * What a person wants to run: a service, as it stands in a revision. Whatever language it was written in
 * (Compose, so far) is translated to this; neither YAML nor Docker is known here.
 */
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { NameSchema } from '../wire/index.ts'
import { ContainerSchema } from './container.ts'
import { DEPENDENCIES_MAX, DependencySchema } from './dependencies.ts'
import { DeviceSchema, GpusSchema } from './hardware.ts'
import { HealthcheckSchema } from './healthcheck.ts'
import { MOUNTS_MAX, MountSchema } from './mounts.ts'
import { PlacementRulesSchema } from './placement.ts'
import { REPLICAS_MAX } from './replicas.ts'
import { ResourcesSchema } from './resources.ts'
import { RestartConfigSchema, RolloutSchema } from './rollout.ts'
import { CommandSchema, TextsSchema } from './texts.ts'

/** Restarts by hand that are counted: one a second for thirty years. */
const RESTARTS_MAX = 1_000_000_000

export const PortSpecSchema = Type.Object(
  {
    /** Port that the program listens on, inside its container. */
    target: Type.Integer({ minimum: 1, maximum: 65535 }),
    /** Port of the node; null lets the runtime choose a free one. */
    published: Type.Union([Type.Integer({ minimum: 1, maximum: 65535 }), Type.Null()]),
    protocol: Type.Union([Type.Literal('tcp'), Type.Literal('udp')]),
    /** Who listens on the published port: the proxy of every node, or the task on its own; the latter where it is absent. */
    mode: Type.Optional(Type.Union([Type.Literal('ingress'), Type.Literal('host')])),
    /** The IP address at which the published port is listened on; absent for all. */
    address: Type.Optional(Type.String({ minLength: 2, maxLength: 45 })),
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
    command: Type.Union([CommandSchema, Type.Null()]),
    environment: TextsSchema('^[A-Za-z_][A-Za-z0-9_.-]{0,255}$', 32_768),
    /** The first tcp port is the one that `coterie open` shows. */
    ports: Type.Array(PortSpecSchema, { maxItems: 32 }),
    replicas: Type.Integer({ minimum: 0, maximum: REPLICAS_MAX }),
    restart: RestartSchema,
    /** What to run where a node has no Docker; null where there is nothing. */
    process: Type.Union([
      Type.Object({ command: CommandSchema }, { additionalProperties: false }),
      Type.Null(),
    ]),
    /** True: no slot ever has two tasks that run at once (docs/design/leases.md). Absent in revisions of versions without leases. */
    exclusive: Type.Optional(Type.Boolean()),
    /** Absent where a person said nothing of it, and in revisions of versions that know of none. */
    resources: Type.Optional(ResourcesSchema),
    // Each of the following is absent where a person said nothing of it.
    /** In place of the image's own. */
    entrypoint: Type.Optional(CommandSchema),
    container: Type.Optional(ContainerSchema),
    healthcheck: Type.Optional(HealthcheckSchema),
    mounts: Type.Optional(Type.Array(MountSchema, { maxItems: MOUNTS_MAX })),
    devices: Type.Optional(Type.Array(DeviceSchema, { maxItems: 64 })),
    gpus: Type.Optional(GpusSchema),
    /** Of the image, such as `linux/arm64`; else the node's own. */
    platform: Type.Optional(Type.String({ pattern: '^[a-z0-9]{1,16}(/[a-z0-9_]{1,16}(/v[0-9.]{1,4})?)?$' })),
    /** When the image is asked for again although it is there; absent: never. */
    pull: Type.Optional(Type.Union([Type.Literal('always'), Type.Literal('never')])),
    dependsOn: Type.Optional(Type.Array(DependencySchema, { maxItems: DEPENDENCIES_MAX })),
    /** One task on every node that fits; `replicas` is 1 then, and means nothing. */
    mode: Type.Optional(Type.Literal('global')),
    placement: Type.Optional(PlacementRulesSchema),
    updateConfig: Type.Optional(RolloutSchema),
    rollbackConfig: Type.Optional(RolloutSchema),
    restartConfig: Type.Optional(RestartConfigSchema),
    /** Of the service; those of its containers are in `container`. */
    labels: Type.Optional(TextsSchema('^[^=\\s]{1,256}$', 4096)),
    /** How often a person had all its tasks started anew. Absent for never. */
    restarts: Type.Optional(Type.Integer({ minimum: 1, maximum: RESTARTS_MAX })),
  },
  { additionalProperties: false },
)

export type PortSpec = Static<typeof PortSpecSchema>
export type RestartPolicy = Static<typeof RestartSchema>
export type ServiceSpec = Static<typeof ServiceSpecSchema>

/** Answered by the proxy of every node. */
export const isIngressPort = ({ published, mode }: PortSpec): boolean =>
  published !== null && mode === 'ingress'

/** Listened on by the task itself, on its node. */
export const isHostPort = (port: PortSpec): boolean => port.published !== null && !isIngressPort(port)

/** The first field that is out of its bounds, by its path (`command/3`), and what is wrong with it; null where none is. */
export const specProblem = (spec: ServiceSpec): { readonly path: string; readonly detail: string } | null => {
  const [first] = Value.Errors(ServiceSpecSchema, spec)
  return first === undefined ? null : { path: first.instancePath.slice(1), detail: first.message }
}

/** The catalogue's key of a service. */
export const serviceKey = (project: string, name: string): string => `service/${project}/${name}`
