import { CoterieError } from '../protocols/errors/index.ts'

const UNITS_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** Milliseconds of `90s`, `10m`, `24h` or `7d`, as given by `option`; at most `mostMs`. @throws `usageWrong` */
export const parseDuration = (text: string, option: string, mostMs: number): number => {
  const parts = /^(\d{1,9})([smhd])$/.exec(text)
  const unitMs = UNITS_MS[parts?.[2] as keyof typeof UNITS_MS]
  const ms = parts === null ? Number.NaN : Number(parts[1]) * unitMs
  if (ms <= mostMs) return ms
  const most = `${mostMs / UNITS_MS.d}d`
  throw new CoterieError('usageWrong', {
    detail: `${option} takes a duration such as 90s, 10m, 24h or 7d, at most ${most}, and not ${text}`,
  })
}
