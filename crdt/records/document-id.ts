/** Documents of task records: one for each project and period. A period is named by the wall-clock time at which it begins. */

export interface DocumentId {
  readonly project: string
  /** Wall milliseconds. */
  readonly period: number
}

/** Periods begin at full hours, so that nobody makes more than 24 of them a day. */
export const PERIOD_MIN_MS = 3_600_000
const DAY_MS = 24 * PERIOD_MIN_MS

/** A day, from midnight to midnight in UTC. */
export const PERIOD_MS = DAY_MS
export const PERIOD_MAX_MS = 31 * DAY_MS

/** How long before its period a record may have ended: what is older was away for too long to be wanted still. */
export const LATE_MAX_MS = 31 * DAY_MS

export const documentKey = ({ project, period }: DocumentId): string => `${project}/${period}`

/** At what times periods of that length, and all shorter ones, may begin. */
const unitOf = (periodMs: number): number => Math.min(periodMs, PERIOD_MIN_MS)

export const mayBegin = (period: number, periodMs: number): boolean => period % unitOf(periodMs) === 0

/**
 * The period into which a record goes that is written now: the present one. Where that is over by the log, as for a clock
 * that is behind, or one of shorter periods elsewhere, the one of this hour, or else the first that is not over.
 */
export const openPeriod = (wallMs: number, periodMs: number, closedThrough: number): number => {
  const unitMs = unitOf(periodMs)
  const present = [periodMs, unitMs].map((lengthMs) => wallMs - (wallMs % lengthMs))
  return present.find((period) => period > closedThrough) ?? closedThrough + unitMs
}

/**
 * Whether a record that ended then may stand in the document of that period. By these two times alone: every node judges
 * alike, whenever it does.
 */
export const fitsPeriod = (endedAtMs: number, period: number): boolean =>
  endedAtMs >= period - LATE_MAX_MS && endedAtMs < period + PERIOD_MAX_MS
