import type { Timeline } from './timeline.ts'

export const TIME_GOES_ON = 'time-goes-on'

/** So much happens within a millisecond only where somebody asks again and again without taking a breath; the busiest of many runs comes to a few hundred. */
const STEPS_AT_ONCE_MAX = 20_000

/** Asked before each step whether time goes on; a run in which it does not would never end. */
export const createTimeGuard = (
  timeline: Pick<Timeline, 'stepsAtOnce'>,
  violate: (checker: string, what: string) => void,
): (() => void) => {
  return () => {
    if (timeline.stepsAtOnce() > STEPS_AT_ONCE_MAX)
      violate(TIME_GOES_ON, `more than ${STEPS_AT_ONCE_MAX} steps within a millisecond`)
  }
}
