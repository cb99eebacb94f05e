/**
 * What a task takes of its machine: `deploy.resources`, and the keys of a service that mean the same (Compose Deploy
 * Specification, "resources"; Compose Specification, `mem_limit` and others).
 */
import {
  DISK_MAX_MB,
  type Gpus,
  MEMORY_LIMIT_MIN_MB,
  MEMORY_MAX_MB,
  MILLI_CPUS_MAX,
  MILLI_CPUS_MIN,
  PIDS_MAX,
  type Resources,
} from '../../../protocols/spec/index.ts'
import type { Value } from '../../yaml.ts'
import type { Notes } from '../notes.ts'
import { type Fields, type Read, readFields, SERVICE_KEYS } from '../schema/index.ts'
import { bytesOf } from './amounts.ts'
import { readGpus } from './hardware.ts'
import { readText } from './text.ts'

const MEBIBYTE = 1024 * 1024
const MILLI = 1000

/** MiB, rounded up. Units are those of Docker: `512m`, `1.5gb`, or bytes. */
const readMemory =
  (leastMb: number): Read<number | null> =>
  (value, where, notes) => {
    const text = readText(value, where, notes)
    if (text === null) return null
    const mib = Math.ceil((bytesOf(text) ?? Number.NaN) / MEBIBYTE)
    if (mib >= leastMb && mib <= MEMORY_MAX_MB) return mib
    const detail = `an amount of memory from ${leastMb}m on is expected, such as 512m or 2g`
    notes.problem(value.place, where, detail)
    return null
  }

const readDisk: Read<number | null> = (value, where, notes) => {
  const text = readText(value, where, notes)
  if (text === null) return null
  const mib = Math.ceil((bytesOf(text) ?? Number.NaN) / MEBIBYTE)
  if (mib >= 1 && mib <= DISK_MAX_MB) return mib
  notes.problem(value.place, where, 'an amount of disk from 1m on is expected, such as 500m or 10g')
  return null
}

const readCpus: Read<number | null> = (value, where, notes) => {
  const text = readText(value, where, notes)
  if (text === null) return null
  const milli = /^\d+(\.\d+)?$/.test(text.trim()) ? Math.round(Number(text) * MILLI) : Number.NaN
  if (milli >= MILLI_CPUS_MIN && milli <= MILLI_CPUS_MAX) return milli
  const least = MILLI_CPUS_MIN / MILLI
  notes.problem(value.place, where, `a number of processors from ${least} on is expected, such as 0.5`)
  return null
}

/** Null also for what means "as many as there are". */
const readPids: Read<number | null> = (value, where, notes) => {
  const text = readText(value, where, notes)
  if (text === null || text === '0' || text === '-1') return null
  const pids = Number(text)
  if (Number.isInteger(pids) && pids >= 1 && pids <= PIDS_MAX) return pids
  notes.problem(value.place, where, `a whole number from 1 to ${PIDS_MAX} is expected`)
  return null
}

/** An amount, and where it is said. */
interface Said {
  readonly amount: number
  readonly where: string
  readonly value: Value
}

/** By which key of a service, and which of `deploy.resources`, each amount is said. */
const AMOUNTS = {
  limitMemory: { own: 'mem_limit', part: 'limits', key: 'memory', read: readMemory(MEMORY_LIMIT_MIN_MB) },
  limitCpus: { own: 'cpus', part: 'limits', key: 'cpus', read: readCpus },
  limitPids: { own: 'pids_limit', part: 'limits', key: 'pids', read: readPids },
  reservedMemory: { own: 'mem_reservation', part: 'reservations', key: 'memory', read: readMemory(1) },
  reservedCpus: { own: null, part: 'reservations', key: 'cpus', read: readCpus },
} as const

type Amount = keyof typeof AMOUNTS

type Part = 'limits' | 'reservations'

/** What stands at `deploy.resources`. */
interface Deployed {
  readonly get: (part: Part, key: string) => Said['value'] | undefined
  readonly gpus: Gpus | undefined
}

const readDeployed: Read<Deployed> = (value, where, notes) => {
  const parts = readFields(value, where, { schema: SERVICE_KEYS, path: 'deploy.resources.' }, notes)
  const fieldsOf = (part: Part): Fields | undefined =>
    parts.get(part, (within, at, all) =>
      readFields(within, at, { schema: SERVICE_KEYS, path: `deploy.resources.${part}.` }, all),
    )
  const read = { limits: fieldsOf('limits'), reservations: fieldsOf('reservations') }
  return {
    get: (part, key) => read[part]?.entries.get(key)?.value,
    gpus: read.reservations?.get('devices', readGpus),
  }
}

/** Compose has a word for it that means the engine alone; the other one says it for who knows nothing of engines. */
const readDiskOf = (service: Fields, own: Fields, notes: Notes): Said | null => {
  const said: Read<Said | null> = (value, at, all) => {
    const amount = readDisk(value, at, all)
    return amount === null ? null : { amount, where: at, value }
  }
  const size = service.get('storage_opt', (value, at, all) =>
    readFields(value, at, { schema: SERVICE_KEYS, path: 'storage_opt.' }, all).get('size', said),
  )
  return same(size ?? null, own.get('disk', said) ?? null, notes)
}

/** One amount that may be said at two places. */
const same = (short: Said | null, long: Said | null, notes: Notes): Said | null => {
  if (short !== null && long !== null && short.amount !== long.amount)
    notes.problem(short.value.place, short.where, `${long.where} says something else`)
  return long ?? short
}

/** What a service takes of its machine; of each nothing where nothing is said. `own`: what stands at `x-coterie`. */
export const readResources = (
  service: Fields,
  deploy: Fields,
  own: Fields,
  where: string,
  notes: Notes,
): { readonly resources?: Resources; readonly gpus?: Gpus } => {
  const deployed = deploy.get('resources', readDeployed)
  const said = (amount: Amount): Said | null => {
    const { own: shortKey, part, key, read } = AMOUNTS[amount]
    const at = (value: Value | undefined, path: string): Said | null => {
      const number = value === undefined ? null : read(value, path, notes)
      return value === undefined || number === null ? null : { amount: number, where: path, value }
    }
    const short = shortKey === null ? null : at(service.entries.get(shortKey)?.value, `${where}.${shortKey}`)
    const long = at(deployed?.get(part, key), `${where}.deploy.resources.${part}.${key}`)
    return same(short, long, notes)
  }
  const [limitMemory, reservedMemory] = [said('limitMemory'), said('reservedMemory')]
  const [limitCpus, reservedCpus] = [said('limitCpus'), said('reservedCpus')]
  const limitPids = said('limitPids')
  const disk = readDiskOf(service, own, notes)
  notMoreThan(reservedMemory, limitMemory, notes)
  notMoreThan(reservedCpus, limitCpus, notes)
  const limit = {
    ...(limitMemory && { memoryMb: limitMemory.amount }),
    ...(limitCpus && { milliCpus: limitCpus.amount }),
    ...(limitPids && { pids: limitPids.amount }),
  }
  const reserved = {
    ...(reservedMemory && { memoryMb: reservedMemory.amount }),
    ...(reservedCpus && { milliCpus: reservedCpus.amount }),
  }
  const isSaid = (amounts: object): boolean => Object.keys(amounts).length > 0
  const resources = {
    ...(isSaid(reserved) && { reserved }),
    ...(isSaid(limit) && { limit }),
    ...(disk && { diskMb: disk.amount }),
  }
  const gpus = service.get('gpus', readGpus) ?? deployed?.gpus
  return { ...(isSaid(resources) && { resources }), ...(gpus && { gpus }) }
}

const notMoreThan = (reserved: Said | null, limit: Said | null, notes: Notes): void => {
  if (reserved !== null && limit !== null && reserved.amount > limit.amount)
    notes.problem(reserved.value.place, reserved.where, 'more is reserved than the limit allows')
}
