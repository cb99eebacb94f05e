import { ATTEMPTS_KEPT_MAX } from './limits.ts'

export interface AttemptsInit {
  /** Attempts at once. */
  readonly burst: number
  /** Then one each so many milliseconds. */
  readonly everyMs: number
}

/** Counts attempts by key, each as one time: the generic cell rate algorithm (ITU-T I.371). */
export interface Attempts {
  /** 0 where there may be one now, else in how many milliseconds. */
  waitMs(key: string, nowMs: number): number
  count(key: string, nowMs: number): void
  /** One that succeeded counts no more. */
  giveBack(key: string): void
}

export const createAttempts = ({ burst, everyMs }: AttemptsInit, keptMax = ATTEMPTS_KEPT_MAX): Attempts => {
  /** When all attempts so far are paid for; the oldest first. */
  const paidAtMs = new Map<string, number>()
  const waitMs = (key: string, nowMs: number): number =>
    Math.max(0, (paidAtMs.get(key) ?? 0) - nowMs - (burst - 1) * everyMs)
  /** What is paid for goes first; else the one that was counted longest ago. */
  const makeRoom = (nowMs: number): void => {
    if (paidAtMs.size < keptMax) return
    for (const [key, atMs] of paidAtMs) if (atMs <= nowMs) paidAtMs.delete(key)
    const [oldest] = paidAtMs.keys()
    if (paidAtMs.size >= keptMax && oldest !== undefined) paidAtMs.delete(oldest)
  }
  return {
    waitMs,
    count: (key, nowMs) => {
      const before = Math.max(paidAtMs.get(key) ?? 0, nowMs)
      paidAtMs.delete(key)
      makeRoom(nowMs)
      paidAtMs.set(key, before + everyMs)
    },
    giveBack: (key) => {
      const atMs = paidAtMs.get(key)
      if (atMs !== undefined) paidAtMs.set(key, atMs - everyMs)
    },
  }
}
