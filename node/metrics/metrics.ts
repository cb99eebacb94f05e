import type { Logger } from '../ports/logger.ts'
import type { Distribution, Metric } from '../ports/metrics.ts'
import type { Exposition } from './exposition.ts'

export interface MetricsComponents {
  /** All of them, each name once; asked for at the first scrape. */
  metrics(): readonly (Metric | Distribution)[]
  readonly logger: Logger
}

export interface Metrics {
  /** Every metric as it is now, in Prometheus's text format; who asks while that is under way is told the same. */
  text(): Promise<string>
}

/** The metrics of one daemon. Nothing is loaded, and nothing is read, before the first call. */
export const createMetrics = ({ metrics, logger }: MetricsComponents): Metrics => {
  let exposition: Promise<Exposition> | null = null
  let underWay: Promise<string> | null = null

  const scrape = async (): Promise<string> => {
    exposition ??= import('./exposition.ts').then(({ expose }) => expose(metrics(), logger))
    return await (await exposition).text()
  }

  return {
    text: () => {
      underWay ??= scrape().finally(() => {
        underWay = null
      })
      return underWay
    },
  }
}
