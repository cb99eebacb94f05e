/** Metrics as text. The only user of prom-client, which is loaded by the first scrape and has a registry per daemon. */
import { createRequire } from 'node:module'
import type * as prom from 'prom-client'
import type { Logger } from '../ports/logger.ts'
import type { Distribution, Metric, Sample } from '../ports/metrics.ts'

/** These parts alone: the whole brings along OpenTelemetry's API, 9 MB that nothing here uses. */
const load = createRequire(import.meta.url)
const Registry = load('prom-client/lib/registry') as typeof prom.Registry
const Counter = load('prom-client/lib/counter') as typeof prom.Counter
const Gauge = load('prom-client/lib/gauge') as typeof prom.Gauge
const Histogram = load('prom-client/lib/histogram') as typeof prom.Histogram

export interface Exposition {
  /** Asks every metric, and gives what they said. */
  text(): Promise<string>
}

const samplesOf = async ({ read }: Metric): Promise<readonly Sample[]> => {
  const reading = await read()
  if (reading === null) return []
  return typeof reading === 'number' ? [{ labels: {}, value: reading }] : reading
}

/** One that cannot be read is left out, and the others are told all the same. */
const readOrSay = async (metric: Metric, logger: Logger): Promise<readonly Sample[]> => {
  try {
    return await samplesOf(metric)
  } catch (error) {
    logger.warn({ metric: metric.name, detail: String(error) }, 'a metric could not be read')
    return []
  }
}

const register = (registry: prom.Registry, metric: Metric | Distribution, logger: Logger): void => {
  const { name, help } = metric
  if (metric.type === 'histogram') {
    const histogram: prom.Histogram = new Histogram({
      name,
      help,
      buckets: [...metric.buckets],
      registers: [registry],
      collect: () => metric.watch((value) => histogram.observe(value)),
    })
    return
  }
  const { type, labels = [] } = metric
  const init = { name, help, labelNames: [...labels], registers: [registry] }
  const clear = (held: prom.Counter | prom.Gauge): void => {
    held.reset()
    // A reset gives a metric without labels the value 0, which nobody has told.
    if (labels.length === 0) held.remove()
  }
  if (type === 'counter') {
    const counter: prom.Counter = new Counter({
      ...init,
      async collect() {
        const samples = await readOrSay(metric, logger)
        clear(counter)
        for (const { labels, value } of samples) counter.inc(labels, value)
      },
    })
    return
  }
  const gauge: prom.Gauge = new Gauge({
    ...init,
    async collect() {
      const samples = await readOrSay(metric, logger)
      clear(gauge)
      for (const { labels, value } of samples) gauge.set(labels, value)
    },
  })
}

/** Each name once. */
export const expose = (metrics: readonly (Metric | Distribution)[], logger: Logger): Exposition => {
  const registry = new Registry()
  for (const metric of metrics) register(registry, metric, logger)
  return { text: () => registry.metrics() }
}
