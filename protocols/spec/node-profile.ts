/** What a node tells of itself, in a register that it alone writes; placement goes by it. */
import { type Static, Type } from 'typebox'
import { VersionRangeSchema } from '../versions/index.ts'
import { NameSchema } from '../wire/index.ts'
import { ALLOWS_MAX, AllowSchema } from './beyond.ts'

export const NodeProfileSchema = Type.Object({
  name: NameSchema,
  version: Type.String({ maxLength: 64 }),
  /** What can run tasks there now. */
  runtimes: Type.Array(Type.Union([Type.Literal('docker'), Type.Literal('process')]), { maxItems: 2 }),
  cpus: Type.Integer({ minimum: 1 }),
  memoryMb: Type.Integer({ minimum: 1 }),
  /** Absent where it does not tell: then disk is not counted there. */
  diskMb: Type.Optional(Type.Integer({ minimum: 0 })),
  /** True from when it was asked to stop until it is back: its containers run on meanwhile. */
  stopping: Type.Boolean(),
  /** The mesh versions that it understands; absent where it is of the first one. */
  meshVersions: Type.Optional(VersionRangeSchema),
  /** True where it stopped following the log, which went on in a version that it does not understand. */
  halted: Type.Optional(Type.Boolean()),
  /** Runtimes whose tasks its watchdog can kill: where there is none, no exclusive work. Absent in versions without leases. */
  guards: Type.Optional(
    Type.Array(Type.Union([Type.Literal('docker'), Type.Literal('process')]), { maxItems: 2 }),
  ),
  /** What its containers may reach of it, in the words of `beyondOf`; absent where that is nothing. */
  allows: Type.Optional(Type.Array(AllowSchema, { maxItems: ALLOWS_MAX })),
})

export type NodeProfile = Static<typeof NodeProfileSchema>

/** Register keys. */
export const taskRegister = (task: string): string => `task/${task}`
export const nodeRegister = (node: string): string => `node/${node}`
