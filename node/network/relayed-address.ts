/** `/p2p/RELAY/p2p-circuit`: where a node is reached through a member, wherever that one is. */
import { CODE_P2P, CODE_P2P_CIRCUIT, type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import type { NodeId } from '../../protocols/wire/index.ts'

const RELAYED = /^\/p2p\/(?<relay>[1-9A-HJ-NP-Za-km-z]{20,80})\/p2p-circuit$/

export const relayedAddress = (relay: NodeId): string => `/p2p/${relay}/p2p-circuit`

/** What a node told: the relay that the address names; null for any other address. */
export const relayIn = (address: string): NodeId | null => RELAYED.exec(address)?.groups?.relay ?? null

/** Those that lead to the node itself: whoever is no member yet is carried by nobody. */
export const directOf = (addresses: readonly string[]): string[] =>
  addresses.filter((address) => relayIn(address) === null)

/** How the node is dialled through that relay. */
export const throughRelay = (relay: NodeId, node: NodeId): Multiaddr =>
  multiaddr(`${relayedAddress(relay)}/p2p/${node}`)

/** The relay that a connection goes through, by the remote address that libp2p gives it; null for a direct one. */
export const relayOf = (remote: Multiaddr): NodeId | null => {
  const components = remote.getComponents()
  if (!components.some(({ code }) => code === CODE_P2P_CIRCUIT)) return null
  return components.find(({ code }) => code === CODE_P2P)?.value ?? null
}
