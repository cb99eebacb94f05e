/**
 * How long to wait for a peer's ack: Jacobson's estimate of its round trip (Congestion Avoidance and Control, 1988;
 * RFC 6298), within the floor and the ceiling of the timings.
 */
import type { MembershipTimings } from './types.ts'

export interface Rtt {
  readonly smoothedMs: number
  readonly variationMs: number
}

const SMOOTHED_GAIN = 1 / 8
const VARIATION_GAIN = 1 / 4
const VARIATIONS = 4

/** The estimate after one more measured round trip. */
export const withSample = (rtt: Rtt | null, sampleMs: number): Rtt => {
  if (rtt === null) return { smoothedMs: sampleMs, variationMs: sampleMs / 2 }
  const error = sampleMs - rtt.smoothedMs
  return {
    smoothedMs: rtt.smoothedMs + SMOOTHED_GAIN * error,
    variationMs: rtt.variationMs + VARIATION_GAIN * (Math.abs(error) - rtt.variationMs),
  }
}

/** The estimate after an unanswered ping: the time-out doubles, up to the ceiling, until an answer is measured again. */
export const withTimeout = (rtt: Rtt | null, timings: MembershipTimings): Rtt | null => {
  if (rtt === null) return null
  const timeoutMs = Math.min(2 * timeoutOf(rtt, timings), timings.timeoutCeilingMs)
  return { ...rtt, variationMs: Math.max(rtt.variationMs, (timeoutMs - rtt.smoothedMs) / VARIATIONS) }
}

/** Time-out of a ping, in milliseconds; twice the floor for a peer that was never measured. */
export const timeoutOf = (rtt: Rtt | null, timings: MembershipTimings): number => {
  const { timeoutFloorMs, timeoutCeilingMs } = timings
  const wantedMs = rtt === null ? 2 * timeoutFloorMs : rtt.smoothedMs + VARIATIONS * rtt.variationMs
  return Math.min(Math.max(wantedMs, timeoutFloorMs), timeoutCeilingMs)
}

/** Time-out of a probe through others: their way and the target's, one after the other. */
export const indirectTimeoutOf = (
  target: Rtt | null,
  relays: readonly (Rtt | null)[],
  timings: MembershipTimings,
): number => {
  const known = [target, ...relays].filter((rtt) => rtt !== null)
  const slowestMs = Math.max(0, ...relays.map((rtt) => rtt?.smoothedMs ?? 0))
  const variationMs = Math.max(0, ...known.map((rtt) => rtt.variationMs))
  return timeoutOf({ smoothedMs: (target?.smoothedMs ?? 0) + slowestMs, variationMs }, timings)
}
