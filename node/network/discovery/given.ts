import type { Discovery, FoundNode } from '../../ports/discovery.ts'

/** Finds what it was given: addresses that a person typed, as multiaddrs. Each is told once, at start. */
export const createAddressDiscovery = (init: { readonly addresses: readonly string[] }): Discovery => {
  const listeners = new Set<(found: FoundNode) => void>()
  return {
    method: 'address',
    start: async () => {
      for (const address of init.addresses)
        for (const listener of listeners) listener({ node: null, addresses: [address], method: 'address' })
    },
    onFound: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    trouble: () => (init.addresses.length === 0 ? 'no address was given' : null),
    stop: async () => {},
  }
}
