/** The default ports of a daemon, all in one place. 0 in a setting lets the system choose a free one. */
export const DEFAULT_PORTS = {
  /** Between nodes, on every interface. */
  node: 7946,
  /** The local API, on 127.0.0.1. */
  api: 8080,
  /** Browsers that open a service. */
  gateway: 8090,
  /** Metrics without a token, where it is switched on. */
  metrics: 9090,
} as const
