import type { Settings } from '../../protocols/control/settings/index.ts'
import { onInterfaces, parseListenAddress } from '../network/index.ts'

/** Where a node with these settings listens for others, as multiaddrs. @throws `addressInvalid`, `interfaceUnknown` */
export const listenAddresses = ({
  listen,
  bindInterface,
  discoveryPort,
}: Pick<Settings, 'listen' | 'bindInterface' | 'discoveryPort'>): readonly string[] => {
  const addresses = listen.map((address) => parseListenAddress(address, discoveryPort))
  return bindInterface.length === 0 ? addresses : onInterfaces(addresses, bindInterface)
}
