/** What a port is held to, by who can reach its address. */
import { isLoopbackAddress } from '../../protocols/addresses/index.ts'
import { type Clients, createClients, createNames, type HttpsIdentity } from '../http/index.ts'
import type { ControlComponents } from './components.ts'
import { certifiedHosts, loopbackHosts, type OwnHost } from './guard.ts'

export interface Door {
  /** True where this machine's own programs alone can connect. */
  readonly isLocal: boolean
  readonly scheme: 'http' | 'https'
  readonly isOwn: OwnHost
  /** What is shown over TLS; null where HTTP is spoken as it is. */
  readonly identity: HttpsIdentity | null
  /** Null on loopback, where all clients have one address. */
  readonly clients: Clients | null
}

export interface DoorPlace {
  readonly host: string
  /** True for TLS on loopback too. */
  readonly tls: boolean
  /** Known once it listens. */
  readonly port: () => number
}

/** Beyond loopback TLS alone is spoken, and clients are counted. */
export const doorAt = (
  { identity, clock }: Pick<ControlComponents, 'identity' | 'clock'>,
  { host, tls, port }: DoorPlace,
): Door => {
  const isLocal = isLoopbackAddress(host)
  const clients = isLocal ? null : createClients(clock)
  if (isLocal && !tls)
    return { isLocal, scheme: 'http', isOwn: loopbackHosts(host, port), identity: null, clients }
  return { isLocal, scheme: 'https', isOwn: certifiedHosts(createNames(identity)), identity, clients }
}
