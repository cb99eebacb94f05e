/** Amounts with units: times and bytes (Compose Specification, chapter 11, "Specifying durations" and "Specifying byte values"). */
import { DURATION_MS_MAX } from '../../../protocols/spec/index.ts'
import type { Read } from '../schema/index.ts'
import { readText } from './text.ts'

const MS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000 }
const DURATION = /^(\d+(\.\d+)?(us|ms|s|m|h))+$/

/** Milliseconds, rounded up, of `1m30s`; 0 without a unit is one as well. */
export const readDuration =
  (leastMs: number): Read<number | null> =>
  (value, where, notes) => {
    const text = readText(value, where, notes)?.trim()
    if (text === undefined) return null
    const parts = DURATION.test(text) ? [...text.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|m|h)/g)] : null
    const ms = parts?.reduce((sum, [, count, unit]) => sum + Number(count) * (MS[unit ?? ''] as number), 0)
    const whole = text === '0' ? 0 : ms === undefined ? Number.NaN : Math.ceil(ms)
    if (whole >= leastMs && whole <= DURATION_MS_MAX) return whole
    const least = leastMs === 0 ? '' : `from ${leastMs}ms on and `
    notes.problem(value.place, where, `a time ${least}up to a day is expected, such as 30s or 1m30s`)
    return null
  }

const KIBIBYTE = 1024
const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: KIBIBYTE,
  m: KIBIBYTE ** 2,
  g: KIBIBYTE ** 3,
  t: KIBIBYTE ** 4,
}

/** Bytes of `64m` or `1.5gb`; null where it is no amount. */
export const bytesOf = (text: string): number | null => {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([bkmgt]?)b?$/i.exec(text.trim()) ?? []
  return number === '' ? null : Math.ceil(Number(number) * (UNITS[unit.toLowerCase()] as number))
}

export const readBytes: Read<number | null> = (value, where, notes) => {
  const text = readText(value, where, notes)
  const bytes = text === null ? null : bytesOf(text)
  if (text !== null && (bytes === null || bytes < 1 || !Number.isSafeInteger(bytes))) {
    notes.problem(value.place, where, 'an amount of bytes is expected, such as 64m or 1g')
    return null
  }
  return bytes
}
