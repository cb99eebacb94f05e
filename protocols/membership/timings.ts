import type { MembershipTimings } from './types.ts'

/** For machines in one building or one country: a silent member is dead in about 1.5 to 2 seconds. */
export const MEMBERSHIP_TIMINGS: MembershipTimings = {
  probeMs: 300,
  timeoutFloorMs: 250,
  timeoutCeilingMs: 2_000,
  suspicionMs: 700,
  suspicionMaxMs: 4_200,
  strainMax: 3,
}
