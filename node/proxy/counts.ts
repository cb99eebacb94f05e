/** What the proxy counts, and how many connections it may have. */
import type { Metric } from '../ports/metrics.ts'
import { CONNECTIONS_MAX } from './limits.ts'

/** To a task of this node, to one of another, or for another node to one of this. */
export type Way = 'local' | 'tunnel' | 'answered'
/** Why a connection, or a datagram, went nowhere. */
export type Loss = 'no-task' | 'too-many'

export interface Counts {
  /** Whether there is room for one more. */
  hasRoom(): boolean
  /** Returns what tells that it is over, once. */
  open(way: Way): () => void
  lose(loss: Loss): void
  dropDatagram(): void
  metrics(answered: () => number, held: () => number): readonly Metric[]
}

export const createCounts = (): Counts => {
  const open: Record<Way, number> = { local: 0, tunnel: 0, answered: 0 }
  const begun: Record<Way, number> = { local: 0, tunnel: 0, answered: 0 }
  const lost: Record<Loss, number> = { 'no-task': 0, 'too-many': 0 }
  let dropped = 0
  const by = (label: string, numbers: Readonly<Record<string, number>>) => () =>
    Object.entries(numbers).map(([key, value]) => ({ labels: { [label]: key }, value }))
  return {
    hasRoom: () => open.local + open.tunnel + open.answered < CONNECTIONS_MAX,
    open: (way) => {
      open[way] += 1
      begun[way] += 1
      let isOver = false
      return () => {
        if (!isOver) open[way] -= 1
        isOver = true
      }
    },
    lose: (loss) => {
      lost[loss] += 1
    },
    dropDatagram: () => {
      dropped += 1
    },
    metrics: (answered, held) => [
      {
        name: 'coterie_proxy_connections',
        help: 'Connections of the ports of services under way, by where their task runs; answered ones are for another node',
        type: 'gauge',
        labels: ['way'],
        read: by('way', open),
      },
      {
        name: 'coterie_proxy_connections_total',
        help: 'Connections of the ports of services that a task took, by where it runs',
        type: 'counter',
        labels: ['way'],
        read: by('way', begun),
      },
      {
        name: 'coterie_proxy_refused_total',
        help: 'Connections of the ports of services that no task took, by reason',
        type: 'counter',
        labels: ['reason'],
        read: by('reason', lost),
      },
      {
        name: 'coterie_proxy_datagrams_dropped_total',
        help: 'Datagrams of the ports of services that went nowhere',
        type: 'counter',
        read: () => dropped,
      },
      {
        name: 'coterie_proxy_ports',
        help: 'Ports of services, by whether this node answers them',
        type: 'gauge',
        labels: ['state'],
        read: () => [
          { labels: { state: 'answered' }, value: answered() },
          { labels: { state: 'held' }, value: held() },
        ],
      },
    ],
  }
}
