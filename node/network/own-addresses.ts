/** Where this node listens, as others may dial it. */
import { dialable } from './addresses.ts'
import type { Host } from './host.ts'

export class OwnAddresses {
  readonly #advertise: readonly string[]
  #host: Host | null = null

  constructor(init: { readonly advertise?: readonly string[] }) {
    this.#advertise = init.advertise ?? []
  }

  attach(host: Host): void {
    this.#host = host
  }

  /** Whoever is connected to the same network can dial them; with what is advertised, nothing else is told. */
  direct(): readonly string[] {
    if (this.#advertise.length > 0) return this.#advertise
    return dialable(this.#host?.services.parts.transportManager.getAddrs() ?? [])
  }
}
