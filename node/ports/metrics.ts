/** What is counted on a node, as a question that costs nothing until somebody asks it. */

export interface Sample {
  /** A value for each of the metric's labels; their number is bounded, and nothing in them is secret. */
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export interface Metric {
  /** As `promtool check metrics` wants it: a base unit at the end, and `_total` for a counter alone. */
  readonly name: string
  readonly help: string
  /** A counter never falls while the daemon runs. */
  readonly type: 'gauge' | 'counter'
  readonly labels?: readonly string[]
  /** A number for a metric without labels; null where there is nothing to tell now. */
  read(): Reading | Promise<Reading>
}

export type Reading = number | null | readonly Sample[]

/** How values are spread, of which there are too many to keep. */
export interface Distribution {
  readonly name: string
  readonly help: string
  readonly type: 'histogram'
  /** Upper bounds, rising. */
  readonly buckets: readonly number[]
  /** Called by each scrape with where to tell what is seen from then on, for as long as somebody scrapes. */
  watch(observe: (value: number) => void): void
}
