/** What a benchmark gives back, and how it is told. */

/** All samples of one figure; `peer` are those of something comparable, measured in the same run. */
export interface Samples {
  readonly metric: string
  readonly unit: string
  readonly samples: readonly number[]
  readonly peer?: { readonly name: string; readonly samples: readonly number[] }
}

export interface BenchmarkRun {
  /** What `--runs` said; null leaves it to the benchmark. */
  readonly runs: number | null
  /** Progress, for people. */
  say(line: string): void
}

export type Benchmark = (run: BenchmarkRun) => Promise<readonly Samples[]>

export interface Result {
  readonly metric: string
  readonly unit: string
  readonly n: number
  readonly median: number
  readonly max: number
  /** From 100 samples on. */
  readonly p99: number | null
  readonly peer: { readonly name: string; readonly median: number } | null
  /** Ours divided by the peer's. */
  readonly ratio: number | null
}

const P99_SAMPLES_MIN = 100

/** The value below which `share` of the samples lie (nearest rank). */
const quantile = (samples: readonly number[], share: number): number => {
  const sorted = [...samples].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

const median = (samples: readonly number[]): number => {
  const low = quantile(samples, 0.5)
  return samples.length % 2 === 1 ? low : (low + quantile(samples, 0.5 + 1 / samples.length)) / 2
}

const round = (value: number): number => Math.round(value * 100) / 100

export const summarize = ({ metric, unit, samples, peer }: Samples): Result => {
  const ours = median(samples)
  const theirs = peer === undefined ? null : median(peer.samples)
  return {
    metric,
    unit,
    n: samples.length,
    median: round(ours),
    max: round(Math.max(...samples)),
    p99: samples.length >= P99_SAMPLES_MIN ? round(quantile(samples, 0.99)) : null,
    peer: peer === undefined || theirs === null ? null : { name: peer.name, median: round(theirs) },
    ratio: theirs === null ? null : round(ours / theirs),
  }
}

export const printTable = (report: {
  bench: string
  commit: string
  node: string
  results: readonly Result[]
}): void => {
  process.stdout.write(`${report.bench} at ${report.commit} on ${report.node}\n`)
  for (const { metric, unit, n, median, max, p99, peer, ratio } of report.results) {
    const tail = p99 === null ? '' : `  p99 ${p99}`
    const beside = peer === null ? '' : `  ${peer.name} ${peer.median}, ratio ${ratio}`
    process.stdout.write(
      `  ${metric.padEnd(22)} median ${median} ${unit}  max ${max}  n ${n}${tail}${beside}\n`,
    )
  }
}
