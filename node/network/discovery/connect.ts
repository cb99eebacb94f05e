/** Whether somebody listens at an address, without a word to whoever it is. */
import { connect } from 'node:net'
import { multiaddr } from '@multiformats/multiaddr'

/** Milliseconds until a TCP connection to a multiaddr opened, and was closed again; null where none did in time. */
export const connectMs = (
  address: string,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<number | null> => {
  const [host, transport] = multiaddr(address).getComponents()
  const startedAtMs = performance.now()
  return new Promise((resolve) => {
    const socket = connect({
      host: host?.value ?? '',
      port: Number(transport?.value),
      timeout: timeoutMs,
      signal,
    })
    const end = (result: number | null) => {
      socket.destroy()
      resolve(result)
    }
    socket.once('connect', () => end(performance.now() - startedAtMs))
    socket.once('timeout', () => end(null))
    socket.on('error', () => end(null))
  })
}
