/**
 * Imported into a daemon by `NODE_OPTIONS`, its wall clock is ahead by `CLOCK_AHEAD_MS`; timers and the monotonic clock are as
 * they were.
 */
const AHEAD_MS = Number(process.env.CLOCK_AHEAD_MS)
const RealDate = Date

class DateAhead extends RealDate {
  constructor(...given: [] | [number | string]) {
    if (given.length === 0) super(RealDate.now() + AHEAD_MS)
    else super(...given)
  }

  static override now(): number {
    return RealDate.now() + AHEAD_MS
  }
}

globalThis.Date = DateAhead as DateConstructor
