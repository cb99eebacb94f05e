import type { Finding } from '../../protocols/control/index.ts'

/** What a judge says of its facts: a finding without the name of its check. */
export type Verdict = Pick<Finding, 'result' | 'finding' | 'fix'>

export const good = (finding: string): Verdict => ({ result: 'good', finding, fix: null })

export const warning = (finding: string, fix: string): Verdict => ({ result: 'warning', finding, fix })

export const bad = (finding: string, fix: string): Verdict => ({ result: 'bad', finding, fix })

/** `reason` says why there is nothing to judge. */
export const notApplicable = (reason: string): Verdict => ({
  result: 'notApplicable',
  finding: reason,
  fix: null,
})

/** Below so many milliseconds, a time is told in that unit. */
const TIMES = [
  { belowMs: 10_000, unit: 'ms', ms: 1 },
  { belowMs: 120_000, unit: 's', ms: 1_000 },
  { belowMs: 7_200_000, unit: 'min', ms: 60_000 },
  { belowMs: Number.POSITIVE_INFINITY, unit: 'h', ms: 3_600_000 },
] as const

/** As people read it: whole numbers of one unit. */
export const timeOf = (ms: number): string => {
  if (ms < 1) return 'under 1 ms'
  const { unit, ms: unitMs } = TIMES.find(({ belowMs }) => ms < belowMs) ?? TIMES[0]
  return `${Math.round(ms / unitMs)} ${unit}`
}

const UNITS = ['KiB', 'MiB', 'GiB', 'TiB'] as const
const UNIT = 1024

/** As people read it: in the unit that leaves a few digits. */
export const sizeOf = (bytes: number): string => {
  let [value, unit] = [bytes / UNIT, 0]
  while (value >= UNIT && unit < UNITS.length - 1) {
    value /= UNIT
    unit++
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`
}
