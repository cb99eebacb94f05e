import type { Discovery, FoundNode } from '../../ports/discovery.ts'

/** Finds what it was given: addresses that a person typed, as multiaddrs. Each is told once, at start. */
export const createAddressDiscovery = (init: { readonly addresses: readonly string[] }): Discovery => {
  const listeners = new Set<(found: FoundNode) => void>()
  return {
    start: async () => {
      for (const address of init.addresses)
        for (const listener of listeners) listener({ node: null, addresses: [address], method: 'address' })
    },
    onFound: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    stop: async () => {},
  }
}
