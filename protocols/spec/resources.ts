/** What one task of a service takes of its machine: what it must find there, and what it may not exceed. */
import { type Static, Type } from 'typebox'

/** MiB that a task is counted with which reserves none, so that packing has something to go by. */
export const NOMINAL_MEMORY_MB = 64

/** The least that a Docker engine takes as a limit. */
export const MEMORY_LIMIT_MIN_MB = 6
/** 16 TiB: beyond any machine, and below what an engine counts in. */
export const MEMORY_MAX_MB = 16 * 1024 * 1024
/** A hundredth of a processor is the least that an engine tells apart. */
export const MILLI_CPUS_MIN = 10
export const MILLI_CPUS_MAX = 1_024_000
export const PIDS_MAX = 4_194_304
/** 1 PiB: beyond any machine. */
export const DISK_MAX_MB = 1024 * 1024 * 1024

const Memory = (minimum: number) => Type.Optional(Type.Integer({ minimum, maximum: MEMORY_MAX_MB }))
const MilliCpus = Type.Optional(Type.Integer({ minimum: MILLI_CPUS_MIN, maximum: MILLI_CPUS_MAX }))

export const ResourcesSchema = Type.Object(
  {
    /** A machine that has less left is not given the task. */
    reserved: Type.Optional(
      Type.Object({ memoryMb: Memory(1), milliCpus: MilliCpus }, { additionalProperties: false }),
    ),
    /** What the engine lets the task have at most. */
    limit: Type.Optional(
      Type.Object(
        {
          memoryMb: Memory(MEMORY_LIMIT_MIN_MB),
          milliCpus: MilliCpus,
          /** Processes and threads. */
          pids: Type.Optional(Type.Integer({ minimum: 1, maximum: PIDS_MAX })),
        },
        { additionalProperties: false },
      ),
    ),
    /** MiB that it may write beside its image and its volumes: counted whole, and kept to where the engine's storage driver can. */
    diskMb: Type.Optional(Type.Integer({ minimum: 1, maximum: DISK_MAX_MB })),
  },
  { additionalProperties: false },
)

export type Resources = Static<typeof ResourcesSchema>

/** What placement counts a task with. */
export interface Reservation {
  /** MiB. */
  readonly memoryMb: number
  /** Thousandths of a processor. */
  readonly milliCpus: number
  /** MiB. */
  readonly diskMb: number
}

/** Memory that has a limit and no reservation is reserved by half: most programs stay well below what they may have. */
export const reservedMemoryMb = ({ reserved, limit }: Resources): number | null => {
  if (reserved?.memoryMb !== undefined) return reserved.memoryMb
  return limit?.memoryMb === undefined ? null : Math.ceil(limit.memoryMb / 2)
}

/** What one task is counted with; null stands for a spec that is not known. */
export const reservationOf = (spec: { readonly resources?: Resources | undefined } | null): Reservation => ({
  memoryMb: (spec?.resources && reservedMemoryMb(spec.resources)) ?? NOMINAL_MEMORY_MB,
  milliCpus: spec?.resources?.reserved?.milliCpus ?? 0,
  diskMb: spec?.resources?.diskMb ?? 0,
})
