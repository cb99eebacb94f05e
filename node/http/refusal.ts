/** The answer to what is no HTTP request, which no handler sees: written by hand, in the form of every other error. */
import type { Duplex } from 'node:stream'
import { CoterieError, errorBody } from '../../protocols/errors/index.ts'
import { DATA_HEADERS } from './headers.ts'
import { HEADER_BYTES_MAX, REFUSAL_LINGER_MS } from './limits.ts'

const DETAILS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: `its line and headers are over ${HEADER_BYTES_MAX} bytes`,
  ERR_HTTP_REQUEST_TIMEOUT: 'it did not come within its time',
}

/** A connection that is gone, or on which TLS never came to be: nothing can be said there. */
const isMute = (socket: Duplex, code: string): boolean =>
  !socket.writable || code === 'ECONNRESET' || /^ERR_(SSL|TLS)_/.test(code)

export const refuseConnection = (error: Error & { code?: string }, socket: Duplex): void => {
  const { code = '' } = error
  if (isMute(socket, code)) {
    socket.destroy()
    return
  }
  const detail = DETAILS[code] ?? 'it is no HTTP request'
  const body = JSON.stringify(errorBody(new CoterieError('requestInvalid', { detail })))
  const headers = {
    ...DATA_HEADERS,
    'content-type': 'application/json',
    'content-length': body.length,
    connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 400 Bad Request\r\n${lines.join('')}\r\n${body}`)
  // Cut at once, the answer could be lost with what is still on its way here; and who never closes must not keep a place.
  const cut = setTimeout(() => socket.destroy(), REFUSAL_LINGER_MS)
  socket.once('close', () => clearTimeout(cut))
}
