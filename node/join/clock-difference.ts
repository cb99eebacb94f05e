/** How far a joiner's clock is from that of its mesh, and which of them it goes by. */

/** Members' certificates and edits bear some seconds, and NTP brings milliseconds: more than this is a clock that nobody set. */
export const CLOCK_OFF_MS = 5 * 60_000

/** The first year of this program: a clock that shows an earlier one was never set, as on a board without a battery. */
const UNSET_BEFORE_MS = Date.UTC(2026, 0)

export interface ClockDifference {
  /** Below 0 where this machine's clock is behind. */
  readonly aheadMs: number
  /** True where this machine has no clock that could be wrong. */
  readonly isUnset: boolean
  /** The time to judge certificates by: this machine's own where it has one, so that nobody can present an old one. */
  readonly judgedAtMs: number
}

/** `askedMs` and `answeredMs`: this machine's clock around the question; `theirMs`: the other's in between, null where it did not tell. */
export const compareClocks = (
  askedMs: number,
  answeredMs: number,
  theirMs: number | null,
): ClockDifference => {
  if (theirMs === null) return { aheadMs: 0, isUnset: false, judgedAtMs: answeredMs }
  const isUnset = answeredMs < UNSET_BEFORE_MS
  const aheadMs = Math.round((askedMs + answeredMs) / 2 - theirMs)
  return { aheadMs, isUnset, judgedAtMs: isUnset ? theirMs : answeredMs }
}

const MINUTE_MS = 60_000

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [MINUTE_MS, 'min'],
] as const

/** To the minute. */
const spanOf = (exactMs: number): string => {
  const ms = Math.round(exactMs / MINUTE_MS) * MINUTE_MS
  const first = UNITS.findIndex(([unitMs]) => ms >= unitMs)
  return UNITS.slice(first, first + 2)
    .map(([unitMs, unit], at) => {
      const [wholeMs] = UNITS[first + at - 1] ?? [Number.POSITIVE_INFINITY]
      return `${Math.floor((at === 0 ? ms : ms % wholeMs) / unitMs)} ${unit}`
    })
    .join(' ')
}

/** A sentence about a clock that is off; null where it is not. */
export const clockNote = ({ aheadMs, isUnset }: ClockDifference): string | null => {
  if (Math.abs(aheadMs) <= CLOCK_OFF_MS) return null
  const difference = `${spanOf(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead of' : 'behind'} the mesh`
  return isUnset
    ? `This machine has no clock: its time is ${difference}. It goes by the mesh's time to join; let NTP set its own, for its edits are dated by it.`
    : `The clock of this machine is ${difference}. Set it (timedatectl set-ntp true): certificates and edits are judged by it.`
}
