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

/** Time-out of a ping to a member that was measured, in milliseconds. */
export const timeoutOf = (rtt: Rtt, { timeoutFloorMs, timeoutCeilingMs }: MembershipTimings): number =>
  Math.min(Math.max(rtt.smoothedMs + VARIATIONS * rtt.variationMs, timeoutFloorMs), timeoutCeilingMs)

/** Time-out of a ping to a member that never was: as for the others, no less than twice the floor; the ceiling while none is known. */
export const timeoutOfUnmeasured = (usual: Rtt | null, timings: MembershipTimings): number =>
  usual === null ? timings.timeoutCeilingMs : Math.max(2 * timings.timeoutFloorMs, timeoutOf(usual, timings))

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
