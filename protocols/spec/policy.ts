/**
 * What an organisation lets its services take of machines. `default` sets no bounds of its own; `hosting` is for those who run what
 * others wrote: every service says what it may take at most, and within these ranges.
 */
import type { ServiceSpec } from './service.ts'

export const POLICIES = ['default', 'hosting'] as const
export type Policy = (typeof POLICIES)[number]

interface Range {
  readonly least: number
  readonly most: number
  /** Whether a service must say it. */
  readonly isNeeded: boolean
}

const GIBIBYTE_MB = 1024

/** By the fields of `resources.limit`, and `resources.diskMb`. */
const HOSTING = {
  milliCpus: { least: 500, most: 16_000, isNeeded: true },
  memoryMb: { least: 256, most: 32 * GIBIBYTE_MB, isNeeded: true },
  diskMb: { least: GIBIBYTE_MB, most: 500 * GIBIBYTE_MB, isNeeded: false },
} as const satisfies Record<string, Range>

/** The limit that is out of its range; `value` is null where it is missing. Units are those of the spec. */
export interface OutOfRange {
  readonly limit: keyof typeof HOSTING
  readonly value: number | null
  readonly least: number
  readonly most: number
}

/** The first limit that the policy refuses; null where it has nothing against the service. A plain program has no limits to judge. */
export const outOfRange = (policy: Policy, { resources, image }: ServiceSpec): OutOfRange | null => {
  if (policy === 'default' || image === null) return null
  for (const limit of ['milliCpus', 'memoryMb', 'diskMb'] as const) {
    const { least, most, isNeeded } = HOSTING[limit]
    const value = (limit === 'diskMb' ? resources?.diskMb : resources?.limit?.[limit]) ?? null
    const isWrong = value === null ? isNeeded : value < least || value > most
    if (isWrong) return { limit, value, least, most }
  }
  return null
}
