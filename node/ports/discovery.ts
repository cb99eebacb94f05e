/** A way of finding the machines of one mesh; several run side by side. */
export interface FoundNode {
  /** Null where the method finds an address without a name, as a given address does. */
  readonly node: string | null
  readonly addresses: readonly string[]
  /** The method, for people: `address`, `mdns`. */
  readonly method: string
}

export interface Discovery {
  /** Begins to look, and to be found. */
  start(): Promise<void>
  /** Called for each sighting, also repeated ones. Returns the function that ends the subscription. */
  onFound(listener: (found: FoundNode) => void): () => void
  stop(): Promise<void>
}
