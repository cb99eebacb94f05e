/** What tasks use at present, from two looks at their counters. Pure. */
import type { Usages } from '../../protocols/control/index.ts'

export type Usage = Usages['tasks'][number]

/** Null wherever there is nothing to compare with yet, or it is not counted. */
export interface Rates {
  readonly task: string
  readonly node: string
  /** Of one processor: 1.5 is one and a half. */
  readonly cpus: number | null
  readonly memoryBytes: number | null
  readonly memoryLimitBytes: number | null
  readonly pids: number | null
  readonly pidsLimit: number | null
  /** Bytes a second. */
  readonly networkIn: number | null
  readonly networkOut: number | null
  readonly diskRead: number | null
  readonly diskWrite: number | null
}

type Counter = 'cpuUs' | 'networkInBytes' | 'networkOutBytes' | 'diskReadBytes' | 'diskWriteBytes'

/** Of one counter per second. A container that was started anew counts from nothing. */
const rateOf = (before: Usage | undefined, now: Usage, counter: Counter): number | null => {
  const [from, to] = [before?.[counter] ?? null, now[counter]]
  const passedMs = now.atMs - (before?.atMs ?? now.atMs)
  if (from === null || to === null || passedMs <= 0) return null
  return (Math.max(0, to - from) * 1000) / passedMs
}

const MICRO = 1_000_000

export const ratesOf = (before: readonly Usage[], now: readonly Usage[]): Rates[] => {
  const known = new Map(before.map((usage) => [usage.task, usage]))
  return now.map((usage) => {
    const { task, name, memoryBytes, memoryLimitBytes, pids, pidsLimit } = usage
    const earlier = known.get(task)
    const cpuUs = rateOf(earlier, usage, 'cpuUs')
    return {
      task,
      node: name,
      cpus: cpuUs === null ? null : cpuUs / MICRO,
      memoryBytes,
      memoryLimitBytes,
      pids,
      pidsLimit,
      networkIn: rateOf(earlier, usage, 'networkInBytes'),
      networkOut: rateOf(earlier, usage, 'networkOutBytes'),
      diskRead: rateOf(earlier, usage, 'diskReadBytes'),
      diskWrite: rateOf(earlier, usage, 'diskWriteBytes'),
    }
  })
}
