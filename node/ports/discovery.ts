/** A way of finding the machines of one mesh; several run side by side. */
export type DiscoveryMethod = 'address' | 'mdns' | 'broadcast' | 'dns'

export interface FoundNode {
  /** Null where the method finds an address without a name, as a given address does. */
  readonly node: string | null
  readonly addresses: readonly string[]
  readonly method: DiscoveryMethod
}

export interface Discovery {
  readonly method: DiscoveryMethod
  /** Begins to look, and to be found. */
  start(): Promise<void>
  /** Called for each sighting, also repeated ones. Returns the function that ends the subscription. */
  onFound(listener: (found: FoundNode) => void): () => void
  /** Why it cannot find anybody at present, for people; null where it asks in vain, or finds. */
  trouble(): string | null
  stop(): Promise<void>
}
