import type { Fact } from './facts.ts'

/** A time in which a slot waited for a place. */
export interface PlaceWait {
  readonly object: string
  readonly slot: number
  readonly fromMs: number
  readonly toMs: number | null
  /** As the scheduler gave it, after whatever was only on the way to it. */
  readonly reason: string
}

/** About what suspicion takes to become death: reasons that change sooner are on the way to the next one. */
const SETTLES_MS = 2_000

/** What slots waited for, one wait for each reason; one that only counts down stays the same. In order of their ends. */
export const placeWaitsOf = (facts: readonly Fact[]): PlaceWait[] => {
  const open = new Map<string, Omit<PlaceWait, 'toMs'>>()
  const waits: PlaceWait[] = []
  const close = (key: string, toMs: number | null): void => {
    const wait = open.get(key)
    open.delete(key)
    // What lasted no time was no waiting.
    if (wait !== undefined && wait.fromMs !== toMs) waits.push({ ...wait, toMs })
  }
  for (const fact of facts) {
    if (fact.type !== 'waits' && fact.type !== 'assigned') continue
    const { object, slot, atMs } = fact
    const key = `${object}#${slot}`
    if (fact.type === 'assigned' || fact.reason === null) {
      close(key, atMs)
      continue
    }
    const { reason } = fact
    const present = open.get(key)
    if (present !== undefined && withoutNumbers(present.reason) === withoutNumbers(reason)) continue
    const isSettling = present !== undefined && atMs - present.fromMs < SETTLES_MS
    if (!isSettling) close(key, atMs)
    open.set(key, { object, slot, fromMs: isSettling ? present.fromMs : atMs, reason })
  }
  for (const key of [...open.keys()]) close(key, null)
  return waits
}

const withoutNumbers = (text: string): string => text.replace(/\d+/g, '#')
