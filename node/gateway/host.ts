/** The gateway's own hosts are `<service>.localhost`, each an origin of its own, and nothing else. */
const HOST = /^([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)\.localhost(?::(\d{1,5}))?$/

/**
 * The service that a Host header names, or null. Any other host is refused: a page that rebinds its own name to
 * 127.0.0.1 must not reach a service, nor one service's page the origin of the API.
 */
export const serviceOfHost = (host: string | undefined): string | null =>
  HOST.exec(host?.toLowerCase() ?? '')?.[1] ?? null
