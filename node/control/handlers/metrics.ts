import type { MetricsText } from '../components.ts'
import type { Handler } from './handler.ts'

export const handleMetrics =
  (metrics: MetricsText): Handler<'GET /metrics'> =>
  () =>
    metrics.text()
