/**
 * What libp2p reports of itself, as metrics of ours: those that an operator can act on, under names that `promtool check
 * metrics` takes. Everything else that it would count costs it an empty call.
 */
import type { Socket } from 'node:net'
import type { Metrics, MultiaddrConnection } from '@libp2p/interface'
import type { Metric, Sample } from '../ports/metrics.ts'

/** How a metric of libp2p's is told here. */
interface Told {
  readonly name: string
  readonly help: string
  readonly type: Metric['type']
  readonly labels: readonly string[]
  /** The values of the labels, by the key under which libp2p has a number; null for one that says nothing new. */
  read(key: string): readonly string[] | null
}

const TOLD: Readonly<Record<string, Told>> = {
  libp2p_connection_manager_connections: {
    name: 'libp2p_connections',
    help: 'Connections with other nodes, by who dialled; pending ones are not proven yet',
    type: 'gauge',
    labels: ['direction', 'state'],
    read: (key) => [key.split(' ')[0] as string, key.endsWith(' pending') ? 'pending' : 'open'],
  },
  libp2p_protocol_streams_total: {
    name: 'libp2p_protocol_streams',
    help: 'Open streams, by who opened them and for which protocol',
    type: 'gauge',
    labels: ['direction', 'protocol'],
    read: (key) => {
      const [direction = '', protocol] = key.split(' ')
      return [direction, protocol || 'unnegotiated']
    },
  },
  libp2p_dial_queue: {
    name: 'libp2p_dials',
    help: 'Dials at present, under way or waiting for their turn',
    type: 'gauge',
    labels: ['state'],
    // `size` is the sum of the others.
    read: (key) => (key === 'size' ? null : [key]),
  },
  libp2p_connection_manager_dials_total: {
    name: 'libp2p_connection_manager_dials_total',
    help: 'Connections that were begun, by who dialled',
    type: 'counter',
    labels: ['direction'],
    read: (key) => [key],
  },
  libp2p_connection_manager_dial_errors_total: {
    name: 'libp2p_connection_manager_dial_errors_total',
    help: 'Connections that failed before they were proven, by who dialled',
    type: 'counter',
    labels: ['direction'],
    read: (key) => [key],
  },
}

type Numbers = Readonly<Record<string, number | true>>

interface GroupOptions {
  calculate?(): Numbers | Promise<Numbers>
}

/** What libp2p keeps of a metric that is not told. */
const UNTOLD = {
  increment: () => {},
  decrement: () => {},
  update: () => {},
  observe: () => {},
  reset: () => {},
  timer: () => () => {},
}

const metricOf = (
  { name, help, type, labels, read }: Told,
  numbers: () => Numbers | Promise<Numbers>,
): Metric => ({
  name,
  help,
  type,
  labels,
  read: async () =>
    Object.entries(await numbers()).flatMap(([key, number]): Sample[] => {
      const values = read(key)
      if (values === null) return []
      const named = Object.fromEntries(labels.map((label, at) => [label, values[at] as string]))
      return [{ labels: named, value: Number(number) }]
    }),
})

/** Bytes of TCP connections: read from each socket when asked, and remembered of those that closed. */
const createTraffic = () => {
  const open = new Set<Socket>()
  const closed = { in: 0, out: 0 }
  return {
    /** A connection that is no TCP connection of its own goes over one that is. */
    track: (connection: MultiaddrConnection): void => {
      const { socket } = connection as { readonly socket?: Socket }
      if (socket === undefined) return
      open.add(socket)
      socket.once('close', () => {
        open.delete(socket)
        closed.in += socket.bytesRead
        closed.out += socket.bytesWritten
      })
    },
    read: (): Sample[] => {
      const sum = { ...closed }
      for (const socket of open) {
        sum.in += socket.bytesRead
        sum.out += socket.bytesWritten
      }
      return [
        { labels: { direction: 'in' }, value: sum.in },
        { labels: { direction: 'out' }, value: sum.out },
      ]
    },
  }
}

export interface HostMetrics {
  /** What libp2p is given to report to. */
  readonly reporter: Metrics
  /** What it has reported on so far. */
  metrics(): readonly Metric[]
}

export const createHostMetrics = (): HostMetrics => {
  const traffic = createTraffic()
  const told: Metric[] = [
    {
      name: 'coterie_network_bytes_total',
      help: 'Bytes over connections with other nodes, encrypted and framed',
      type: 'counter',
      labels: ['direction'],
      read: traffic.read,
    },
  ]

  const register = (name: string, { calculate }: GroupOptions = {}) => {
    const known = TOLD[name]
    if (known === undefined) return UNTOLD
    const counts: Record<string, number> = {}
    told.push(metricOf(known, calculate ?? (() => counts)))
    const increment = (values: Numbers): void => {
      for (const [key, by] of Object.entries(values)) counts[key] = (counts[key] ?? 0) + Number(by)
    }
    return { ...UNTOLD, increment }
  }

  const reporter = {
    trackMultiaddrConnection: traffic.track,
    trackProtocolStream: () => {},
    registerMetric: () => UNTOLD,
    registerMetricGroup: register,
    registerCounter: () => UNTOLD,
    registerCounterGroup: register,
    registerHistogram: () => UNTOLD,
    registerHistogramGroup: () => UNTOLD,
    registerSummary: () => UNTOLD,
    registerSummaryGroup: () => UNTOLD,
    traceFunction: <Traced>(_name: string, traced: Traced): Traced => traced,
    createTrace: () => undefined,
  }
  return { reporter: reporter as unknown as Metrics, metrics: () => told }
}
