import type { Hlc } from './names.ts'

/** Whether `a` is later than `b`, or just as late. */
export const isLater = (a: Hlc, b: Hlc): boolean =>
  a.wallMs > b.wallMs || (a.wallMs === b.wallMs && a.counter >= b.counter)
