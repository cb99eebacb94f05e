import { rule } from './rule.ts'

interface PublishedPort {
  readonly port: number
  readonly protocol: string
}

interface TunnelEnd {
  readonly task: string
  readonly target: number
  readonly protocol: string
  readonly node: string
}

/** Errors of published ports and of the tunnels behind them. Wire numbers 380 to 399. */
export const proxyErrors = {
  publishedPortTaken: rule<PublishedPort & { service: string; by: string }>({
    wire: 380,
    http: 409,
    exit: 1,
    cause: ({ port, protocol, service, by }) =>
      `${service} publishes the port ${port}/${protocol}, which ${by} publishes already`,
    next: ({ by }) => `Publish another port, or remove ${by}`,
  }),
  publishedPortReserved: rule<PublishedPort & { service: string; use: string }>({
    wire: 381,
    http: 409,
    exit: 1,
    cause: ({ port, protocol, service, use }) =>
      `${service} publishes the port ${port}/${protocol}, at which this daemon itself listens ${use}`,
    next: () => 'Publish another port, or give the daemon another one in its settings',
  }),
  tunnelRefused: rule<TunnelEnd>({
    wire: 382,
    http: 502,
    exit: 1,
    cause: ({ task, target, protocol, node }) =>
      `node ${node} runs no task ${task} that publishes its port ${target}/${protocol}`,
    next: () => 'Try again in a moment; the task may have moved',
  }),
  taskPortClosed: rule<TunnelEnd & { detail: string }>({
    wire: 383,
    http: 502,
    exit: 1,
    cause: ({ task, target, protocol, node, detail }) =>
      `the task ${task} on node ${node} does not answer on its port ${target}/${protocol}: ${detail}`,
    next: ({ task }) => `Read what it says: coterie logs ${task}`,
  }),
  serviceSilent: rule<PublishedPort & { service: string; waitedMs: number }>({
    wire: 384,
    http: 503,
    exit: 1,
    cause: ({ service, port, protocol, waitedMs }) =>
      `no task of ${service} took a connection to its port ${port}/${protocol} within ${waitedMs / 1000} s`,
    next: ({ service }) => `See coterie ps ${service} for the reason`,
  }),
}
