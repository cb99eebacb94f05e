import { Libp2pNetwork, type MeasuredNetwork, type NetworkComponents, type NetworkInit } from './network.ts'

export { isLoopbackOnly, parseAddress, parseAdvertisedAddress, parseListenAddress } from './addresses.ts'
export { type ChannelComponents, createChannel } from './channel.ts'
export { type BroadcastInit, createBroadcastDiscovery } from './discovery/broadcast/index.ts'
export { connectMs, tryConnect } from './discovery/connect.ts'
export { createDnsDiscovery, type DnsInit } from './discovery/dns.ts'
export { createAddressDiscovery } from './discovery/given.ts'
export type { Interfaces } from './discovery/interface-sockets.ts'
export { createMdnsDiscovery, type MdnsComponents, type MdnsInit } from './discovery/mdns.ts'
export type { Proofs } from './greeter.ts'
export { generateIdentity, nodeIdOf } from './identity.ts'
export { interfaceTo, onInterfaces, reachedAt } from './interfaces.ts'
export { listenRefusal } from './listening.ts'
export type { MeasuredNetwork, NetworkComponents, NetworkInit } from './network.ts'
export { portOwner } from './port-owner.ts'
export { directOf, relayIn } from './relayed-address.ts'

/**
 * The network between nodes, over libp2p. Nothing happens before `start()`, which throws `portInUse` and `addressInvalid`;
 * handlers may be registered before and after. Once stopped, it is not started again.
 */
export const createNetwork = (components: NetworkComponents, init: NetworkInit): MeasuredNetwork =>
  new Libp2pNetwork(components, init)
