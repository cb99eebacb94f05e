import { plain, table } from '../output.ts'
import type { Rates } from './rates.ts'

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

/** Bytes as a person says them: `1.5 GiB`. */
export const bytes = (value: number): string => {
  const power = Math.min(UNITS.length - 1, value < 1 ? 0 : Math.floor(Math.log2(value) / 10))
  const scaled = value / 1024 ** power
  return `${power === 0 || scaled >= 100 ? Math.round(scaled) : scaled.toFixed(1)} ${UNITS[power]}`
}

const some = (value: number | null, say: (value: number) => string): string =>
  value === null ? '-' : say(value)
const of = (value: number | null, limit: number | null, say: (value: number) => string): string =>
  limit === null ? some(value, say) : `${some(value, say)} / ${say(limit)}`
const both = (one: number | null, other: number | null): string =>
  one === null && other === null ? '-' : `${some(one, bytes)} / ${some(other, bytes)}`

const HEAD = ['TASK', 'NODE', 'CPU', 'MEMORY', 'PIDS', 'NET IN/OUT /s', 'DISK R/W /s']

/** The busiest first. */
export const topTable = (rates: readonly Rates[]): string =>
  table(
    HEAD,
    rates
      .toSorted((a, b) => (b.cpus ?? 0) - (a.cpus ?? 0) || (a.task < b.task ? -1 : 1))
      .map((rate) => [
        rate.task,
        plain(rate.node),
        some(rate.cpus, (cpus) => `${(cpus * 100).toFixed(1)} %`),
        of(rate.memoryBytes, rate.memoryLimitBytes, bytes),
        of(rate.pids, rate.pidsLimit, String),
        both(rate.networkIn, rate.networkOut),
        both(rate.diskRead, rate.diskWrite),
      ]),
  )
