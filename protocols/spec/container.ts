/** How the container of a task is set up: what the engine is told and nobody else acts on. */
import { type Static, Type } from 'typebox'
import { DURATION_MS_MAX } from './rollout.ts'
import { AbsolutePathSchema, TextsSchema } from './texts.ts'

const Word = Type.String({ minLength: 1, maxLength: 256 })
const Words = (maxItems: number) => Type.Optional(Type.Array(Word, { maxItems }))
const On = Type.Optional(Type.Literal(true))
/** Without the `CAP_` before it. */
const Capabilities = Type.Optional(
  Type.Array(Type.String({ pattern: '^[A-Z][A-Z_]{1,31}$' }), { maxItems: 64 }),
)
/** Of a label or an annotation. */
const LABEL_NAME = '^[^=\\s]{1,256}$'
/** -1: as much as there is. */
const Bound = Type.Integer({ minimum: -1, maximum: Number.MAX_SAFE_INTEGER })

/** Namespaces of the machine that a container may be put into. */
export const HostNamespaceSchema = Type.Union([
  Type.Literal('network'),
  Type.Literal('pid'),
  Type.Literal('ipc'),
  Type.Literal('uts'),
])

export const ContainerSchema = Type.Object(
  {
    user: Type.Optional(Word),
    groups: Words(32),
    workingDir: Type.Optional(AbsolutePathSchema),
    hostname: Type.Optional(Word),
    domainname: Type.Optional(Word),
    /** Absent: an init, unless the image begins with one. */
    init: Type.Optional(Type.Boolean()),
    tty: On,
    stdin: On,
    /** Its own files cannot be written; volumes can. */
    readOnly: On,
    /** It starts without any capability but those of `capAdd`. */
    hardening: Type.Optional(Type.Literal('strict')),
    privileged: On,
    host: Type.Optional(Type.Array(HostNamespaceSchema, { maxItems: 4 })),
    capAdd: Capabilities,
    capDrop: Capabilities,
    securityOptions: Words(16),
    sysctls: Type.Optional(TextsSchema('^[a-z0-9_.-]{1,128}$', 256)),
    ulimits: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^[a-z]{1,16}$' }),
        Type.Object({ soft: Bound, hard: Bound }, { additionalProperties: false }),
        { additionalProperties: false },
      ),
    ),
    shmBytes: Type.Optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })),
    /** Names beside those of the image's `/etc/hosts`; `host-gateway` is the node. */
    hosts: Type.Optional(
      Type.Array(Type.Object({ name: Word, address: Word }, { additionalProperties: false }), {
        maxItems: 64,
      }),
    ),
    dns: Words(8),
    dnsOptions: Words(16),
    dnsSearch: Words(16),
    labels: Type.Optional(TextsSchema(LABEL_NAME, 4096)),
    annotations: Type.Optional(TextsSchema(LABEL_NAME, 4096)),
    /** Absent: two files of 10 MB. */
    logging: Type.Optional(
      Type.Object(
        {
          driver: Type.Optional(Word),
          options: Type.Optional(TextsSchema('^[a-z0-9_.-]{1,64}$', 1024)),
        },
        { additionalProperties: false },
      ),
    ),
    stopSignal: Type.Optional(Type.String({ pattern: '^(SIG[A-Z0-9+-]{2,12}|[0-9]{1,2})$' })),
    /** Between being asked to stop and being killed. */
    stopGraceMs: Type.Optional(Type.Integer({ minimum: 0, maximum: DURATION_MS_MAX })),
  },
  { additionalProperties: false },
)

export type Container = Static<typeof ContainerSchema>
export type HostNamespace = Static<typeof HostNamespaceSchema>
