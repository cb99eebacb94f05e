/** Whether somebody listens at an address, without a word to whoever it is. */
import { connect } from 'node:net'
import { multiaddr } from '@multiformats/multiaddr'

export interface ConnectOptions {
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** Why a connection did not open. */
export type Closed = 'refused' | 'silent' | 'noRoute' | 'unresolved' | 'failed'

const CLOSED: Readonly<Record<string, Closed>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'refused',
  ETIMEDOUT: 'silent',
  EHOSTUNREACH: 'noRoute',
  ENETUNREACH: 'noRoute',
  EADDRNOTAVAIL: 'noRoute',
  ENOTFOUND: 'unresolved',
  EAI_AGAIN: 'unresolved',
}

/** Milliseconds until a TCP connection to a multiaddr opened, and was closed again; why none did in time where it did not. */
export const tryConnect = async (
  address: string,
  { timeoutMs, signal }: ConnectOptions,
): Promise<number | Closed> => {
  const [host, transport] = multiaddr(address).getComponents()
  const startedAtMs = performance.now()
  return new Promise((resolve) => {
    const socket = connect({
      host: host?.value ?? '',
      port: Number(transport?.value),
      timeout: timeoutMs,
      signal,
    })
    const end = (result: number | Closed) => {
      socket.destroy()
      resolve(result)
    }
    socket.once('connect', () => end(performance.now() - startedAtMs))
    socket.once('timeout', () => end('silent'))
    socket.on('error', ({ code = '' }: NodeJS.ErrnoException) => end(CLOSED[code] ?? 'failed'))
  })
}

/** The same, where nobody asks why not: null. */
export const connectMs = async (address: string, options: ConnectOptions): Promise<number | null> => {
  const opened = await tryConnect(address, options)
  return typeof opened === 'number' ? opened : null
}
