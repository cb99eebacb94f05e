/**
 * An HTTP server that holds its own against whoever can connect: it waits for nobody without end, takes no more than its
 * bounds, and beyond loopback speaks TLS 1.3 alone.
 */
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Socket } from 'node:net'
import type { SecureContextOptions } from 'node:tls'
import type { Clients } from './clients.ts'
import type { HttpsIdentity } from './identity.ts'
import { CONNECTIONS_MAX, HEADER_BYTES_MAX, WAITS, type Waits } from './limits.ts'
import { refuseConnection } from './refusal.ts'

export interface HttpServerInit {
  /** Null speaks HTTP as it is, which only programs of this machine may hear. */
  readonly identity: HttpsIdentity | null
  /** Null where clients cannot be told apart: on loopback all have the same address. */
  readonly clients: Clients | null
  /** How long it waits for others; as `WAITS` has it where it is absent. */
  readonly waits?: Waits
}

const optionsOf = (waits: Waits): ServerOptions => ({
  maxHeaderSize: HEADER_BYTES_MAX,
  headersTimeout: waits.headersMs,
  requestTimeout: waits.requestMs,
  connectionsCheckingInterval: waits.lookMs,
  keepAliveTimeout: waits.keepAliveMs,
  // Whatever flags this process was given: what two programs could read in two ways is refused.
  insecureHTTPParser: false,
  // Refused all the same, by `checkForm`, with an answer in our form.
  requireHostHeader: false,
})

/** Makes a server that does not listen yet. What is no HTTP gets a coded answer; a request goes to the listener. */
export const createHttpServer = (
  listener: RequestListener,
  { identity, clients, waits = WAITS }: HttpServerInit,
): Server => {
  const server =
    identity === null
      ? createServer(optionsOf(waits), listener)
      : createSecureServer(listener, identity, waits)
  server.maxConnections = CONNECTIONS_MAX
  // Node would leave out the headers beyond a thousand, a second Host or an Origin among them; their bytes have a bound.
  server.maxHeadersCount = 0
  server.on('clientError', refuseConnection)
  // An expectation that Node does not know is ignored: its own refusal would come without our headers.
  server.on('checkExpectation', listener)
  if (clients !== null) server.on('connection', clients.enter)
  closesAll(server)
  return server
}

const secureContext = (identity: HttpsIdentity): SecureContextOptions => {
  const { certificate, key } = identity.https()
  return { cert: certificate, key, minVersion: 'TLSv1.3' }
}

const createSecureServer = (listener: RequestListener, identity: HttpsIdentity, waits: Waits): Server => {
  const server = createTlsServer(
    { ...optionsOf(waits), ...secureContext(identity), handshakeTimeout: waits.handshakeMs },
    listener,
  )
  const end = identity.onRenewed(() => server.setSecureContext(secureContext(identity)))
  server.once('close', end)
  return server
}

/** Node's own `closeAllConnections` knows of no connection whose handshake is under way. */
const closesAll = (server: Server): void => {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.closeAllConnections = () => {
    for (const socket of sockets) socket.destroy()
  }
}
