/**
 * A hybrid logical clock: wall milliseconds, then a counter. Readings of one node only rise, and a reading after
 * another was received is greater than it, within `HLC_AHEAD_MAX_MS`.
 * After Kulkarni, Demirbas, Madeppa, Avva and Leone, "Logical Physical Clocks" (2014).
 */
import type { Hlc } from '../protocols/decisions/index.ts'

/** How far another node's reading may carry ours beyond our own wall clock: a well-kept clock is off by far less. */
export const HLC_AHEAD_MAX_MS = 500

const COUNTER_MAX = 0xffff

export const HLC_ZERO: Hlc = { wallMs: 0, counter: 0 }

/** Below 0 when `a` is earlier, above when it is later. */
export const compareHlc = (a: Hlc, b: Hlc): number => a.wallMs - b.wallMs || a.counter - b.counter

/** The reading right after `last`; a counter that is full carries into the milliseconds. */
const after = ({ wallMs, counter }: Hlc): Hlc =>
  counter < COUNTER_MAX ? { wallMs, counter: counter + 1 } : { wallMs: wallMs + 1, counter: 0 }

/** The next reading for an event of this node's own. */
export const tickHlc = (last: Hlc, wallMs: number): Hlc =>
  wallMs > last.wallMs ? { wallMs, counter: 0 } : after(last)

/** The last reading, once `remote` was seen. */
export const receiveHlc = (last: Hlc, remote: Hlc, wallMs: number): Hlc => {
  const ceiling: Hlc = { wallMs: wallMs + HLC_AHEAD_MAX_MS, counter: 0 }
  const seen = compareHlc(remote, ceiling) > 0 ? ceiling : remote
  return compareHlc(seen, last) > 0 ? seen : last
}
