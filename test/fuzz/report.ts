/** What a run of the fuzzer says: one row a target, and what was breached. */
import type { FuzzCounts } from './fuzz-target.ts'

export interface TargetReport extends FuzzCounts {
  readonly target: string
  readonly seed: number
  /** Bytes that the process holds more than before these frames, garbage collected. */
  readonly heapGrowthBytes: number
  readonly tookMs: number
}

/** Longest time for one frame: a heartbeat waits no longer than that behind it. */
export const FRAME_MS_MAX = 250
/** Most that may be left of a million frames: caches that fill, and nothing that grows with them. */
export const HEAP_GROWTH_BYTES_MAX = 64 * 1024 * 1024

const MIB = 1024 * 1024

/** What is wrong with a target's figures; empty where nothing is. */
export const breachesOf = (report: TargetReport): readonly string[] => [
  ...(report.slowestMs > FRAME_MS_MAX
    ? [`${report.target}: frame ${report.slowestFrame} took ${Math.round(report.slowestMs)} ms`]
    : []),
  ...(report.heapGrowthBytes > HEAP_GROWTH_BYTES_MAX
    ? [`${report.target}: ${Math.round(report.heapGrowthBytes / MIB)} MiB were left`]
    : []),
]

/** One row of the table, as Markdown. */
export const rowOf = (report: TargetReport): string => {
  const { target, frames, accepted, refused, slowestMs, heapGrowthBytes, tookMs } = report
  const codes = Object.entries(refused)
    .sort(([, a], [, b]) => b - a)
    .map(([code, count]) => `${code} ${count.toLocaleString('en')}`)
  const figures = [
    target,
    frames.toLocaleString('en'),
    accepted.toLocaleString('en'),
    codes.slice(0, 4).join(', ') + (codes.length > 4 ? `, ${codes.length - 4} more codes` : ''),
    slowestMs.toFixed(0),
    (heapGrowthBytes / MIB).toFixed(1),
    (tookMs / 1_000).toFixed(0),
  ]
  return `| ${figures.join(' | ')} |`
}

export const TABLE_HEAD = `| target | frames | accepted | refused | slowest (ms) | heap (MiB) | time (s) |
|---|---|---|---|---|---|---|`
