/** Where this node's HTTPS is reached, which its certificate has to say. */
import { isLoopbackAddress } from '../../protocols/addresses/index.ts'
import type { Settings } from '../../protocols/control/settings/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { isPermittedAddress } from '../certificates/index.ts'
import { directOf, reachedAt } from '../network/index.ts'
import type { Connections } from '../ports/network.ts'

type DoorSettings = Pick<Settings, 'apiAddress' | 'metricsAddress' | 'metricsPort'>

/** At which the API listens, and the metrics where they are wanted. */
export const doorAddresses = ({
  apiAddress,
  metricsAddress,
  metricsPort,
}: DoorSettings): readonly string[] => [apiAddress, ...(metricsPort === null ? [] : [metricsAddress])]

/** Those that the doors answer at now, and then whatever else leads to this machine. */
export const hostsOf = (
  connections: Pick<Connections, 'addresses'>,
  settings: DoorSettings,
): readonly string[] => {
  const direct = directOf(connections.addresses())
  return [
    ...new Set([
      ...doorAddresses(settings).flatMap(reachedAt),
      ...direct.flatMap((address) => address.split('/')[2] ?? []),
    ]),
  ]
}

/** What a person should know whose doors answer at addresses that no issuer signs for; null where there are none. */
export const uncertifiedNote = (settings: DoorSettings): string | null => {
  const reached = [...new Set(doorAddresses(settings).flatMap(reachedAt))]
  const addresses = reached.filter((address) => !isLoopbackAddress(address) && !isPermittedAddress(address))
  return addresses.length === 0 ? null : new CoterieError('addressUncertified', { addresses }).message
}
