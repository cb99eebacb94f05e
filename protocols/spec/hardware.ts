/** Parts of a machine that a task is given for itself, or shares with others. */
import { type Static, Type } from 'typebox'
import { AbsolutePathSchema } from './texts.ts'

export const DeviceSchema = Type.Object(
  {
    /** On the node. */
    source: AbsolutePathSchema,
    /** In the container. */
    target: AbsolutePathSchema,
    /** Of read, write, mknod; absent: all three. */
    permissions: Type.Optional(Type.String({ pattern: '^[rwm]{1,3}$' })),
  },
  { additionalProperties: false },
)

const Word = Type.String({ minLength: 1, maxLength: 128 })

export const GpusSchema = Type.Object(
  {
    /** Of those of the node; as many as `ids` where these are named. */
    count: Type.Union([Type.Integer({ minimum: 1, maximum: 64 }), Type.Literal('all')]),
    ids: Type.Optional(Type.Array(Word, { minItems: 1, maxItems: 64 })),
    /** `nvidia`; absent: the engine chooses. */
    driver: Type.Optional(Word),
    /** Beside `gpu`: `compute`, `utility`, `video`. */
    capabilities: Type.Optional(Type.Array(Word, { maxItems: 16 })),
  },
  { additionalProperties: false },
)

export type Device = Static<typeof DeviceSchema>
export type Gpus = Static<typeof GpusSchema>
