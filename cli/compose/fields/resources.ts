/**
 * What a task takes of its machine: `deploy.resources`, and the keys of a service that mean the same (Compose Deploy
 * Specification, "resources"; Compose Specification, `mem_limit` and others).
 */
import {
  DISK_MAX_MB,
  MEMORY_LIMIT_MIN_MB,
  MEMORY_MAX_MB,
  MILLI_CPUS_MAX,
  MILLI_CPUS_MIN,
  PIDS_MAX,
  type Resources,
} from '../../../protocols/spec/index.ts'
import type { Entry, Value } from '../../yaml.ts'
import type { Notes } from '../notes.ts'
import { entriesOf } from '../tree.ts'
import { readMapping } from './mapping.ts'
import { readText } from './text.ts'

const MEBIBYTE = 1024 * 1024
const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1024,
  m: MEBIBYTE,
  g: 1024 * MEBIBYTE,
  t: MEBIBYTE * MEBIBYTE,
}
const MILLI = 1000

type Read = (value: Value, where: string, notes: Notes) => number | null

/** MiB, rounded up. Units are those of Docker: `512m`, `1.5gb`, or bytes. */
const mebibytesOf = (text: string): number => {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([bkmg]?)b?$/i.exec(text.trim()) ?? []
  if (number === '') return Number.NaN
  return Math.ceil((Number(number) * (UNITS[unit.toLowerCase()] as number)) / MEBIBYTE)
}

const readMemory =
  (leastMb: number): Read =>
  (value, where, notes) => {
    const text = readText(value, where, notes)
    if (text === null) return null
    const mib = mebibytesOf(text)
    if (mib >= leastMb && mib <= MEMORY_MAX_MB) return mib
    notes.problem(
      value.place,
      where,
      `an amount of memory from ${leastMb}m on is expected, such as 512m or 2g`,
    )
    return null
  }

const readDisk: Read = (value, where, notes) => {
  const text = readText(value, where, notes)
  if (text === null) return null
  const mib = mebibytesOf(text)
  if (mib >= 1 && mib <= DISK_MAX_MB) return mib
  notes.problem(value.place, where, 'an amount of disk from 1m on is expected, such as 500m or 10g')
  return null
}

const readCpus: Read = (value, where, notes) => {
  const text = readText(value, where, notes)
  if (text === null) return null
  const milli = /^\d+(\.\d+)?$/.test(text.trim()) ? Math.round(Number(text) * MILLI) : Number.NaN
  if (milli >= MILLI_CPUS_MIN && milli <= MILLI_CPUS_MAX) return milli
  const least = MILLI_CPUS_MIN / MILLI
  notes.problem(value.place, where, `a number of processors from ${least} on is expected, such as 0.5`)
  return null
}

/** Null also for what means "as many as there are". */
const readPids: Read = (value, where, notes) => {
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

const DISK = 'storage_opt'

/** Keys of a service that are read here. */
export const RESOURCE_KEYS: readonly string[] = [
  ...Object.values(AMOUNTS).flatMap(({ own }) => own ?? []),
  DISK,
]

/** Compose has a word for it that means the engine alone; the other one says it for who knows nothing of engines. */
const readDiskOf = (service: ReadonlyMap<string, Entry>, where: string, notes: Notes): Said | null => {
  const at = (entry: Entry | undefined, path: string): Said | null => {
    const amount = entry === undefined ? null : readDisk(entry.value, path, notes)
    return entry === undefined || amount === null ? null : { amount, where: path, value: entry.value }
  }
  const options = service.get(DISK)
  const own = service.get('x-coterie')
  const sizes = options && readMapping(options.value, `${where}.${DISK}`, ['size'], notes)
  return same(
    at(sizes?.get('size'), `${where}.${DISK}.size`),
    at(own && entriesOf(own.value).get('disk'), `${where}.x-coterie.disk`),
    notes,
  )
}

const readDeployed = (value: Value | undefined, where: string, notes: Notes) => {
  if (value === undefined) return () => undefined
  const parts = readMapping(value, where, ['limits', 'reservations'], notes)
  const keysOf = (part: 'limits' | 'reservations', honoured: readonly string[]) => {
    const entry = parts.get(part)
    return entry === undefined
      ? new Map<string, Entry>()
      : readMapping(entry.value, `${where}.${part}`, honoured, notes)
  }
  const read = {
    limits: keysOf('limits', ['cpus', 'memory', 'pids']),
    reservations: keysOf('reservations', ['cpus', 'memory']),
  }
  return (part: 'limits' | 'reservations', key: string) => read[part].get(key)
}

/** `service`: the entries of the service; `deployed`: what stands at `deploy.resources`. Null where nothing is said. */
export const readResources = (
  service: ReadonlyMap<string, Entry>,
  deployed: Value | undefined,
  where: string,
  notes: Notes,
): Resources | null => {
  const inDeploy = readDeployed(deployed, `${where}.deploy.resources`, notes)
  const said = (amount: Amount): Said | null => {
    const { own, part, key, read } = AMOUNTS[amount]
    const at = (entry: Entry | undefined, path: string): Said | null => {
      const number = entry === undefined ? null : read(entry.value, path, notes)
      return entry === undefined || number === null
        ? null
        : { amount: number, where: path, value: entry.value }
    }
    const short = own === null ? null : at(service.get(own), `${where}.${own}`)
    const long = at(inDeploy(part, key), `${where}.deploy.resources.${part}.${key}`)
    return same(short, long, notes)
  }
  const [limitMemory, reservedMemory] = [said('limitMemory'), said('reservedMemory')]
  const [limitCpus, reservedCpus] = [said('limitCpus'), said('reservedCpus')]
  const limitPids = said('limitPids')
  const disk = readDiskOf(service, where, notes)
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
  if (!isSaid(limit) && !isSaid(reserved) && disk === null) return null
  return {
    ...(isSaid(reserved) && { reserved }),
    ...(isSaid(limit) && { limit }),
    ...(disk && { diskMb: disk.amount }),
  }
}

/** One amount that may be said at two places. */
const same = (short: Said | null, long: Said | null, notes: Notes): Said | null => {
  if (short !== null && long !== null && short.amount !== long.amount)
    notes.problem(short.value.place, short.where, `${long.where} says something else`)
  return long ?? short
}

const notMoreThan = (reserved: Said | null, limit: Said | null, notes: Notes): void => {
  if (reserved !== null && limit !== null && reserved.amount > limit.amount)
    notes.problem(reserved.value.place, reserved.where, 'more is reserved than the limit allows')
}
