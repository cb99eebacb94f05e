/** What `coterie discover` and `node/daemon/discover.ts` agree on. */
import type { ResolvedSettings } from './settings/index.ts'

export interface DiscoverRequest {
  readonly settings: ResolvedSettings
  /** The text of a join token; null where this machine is a member. */
  readonly token: string | null
  /** How long to look, in milliseconds. */
  readonly timeoutMs: number
  /** Ends the looking; what was found until then is told. */
  readonly signal: AbortSignal
}

export interface FoundPlace {
  /** Null where the method tells an address alone. */
  readonly node: string | null
  readonly addresses: readonly string[]
  /** Milliseconds from the start of the looking. */
  readonly foundMs: number
  /** Milliseconds until a TCP connection to one of the addresses opened; null where none did. */
  readonly connectMs: number | null
}

export interface MethodFindings {
  readonly method: 'address' | 'mdns' | 'broadcast' | 'dns'
  readonly found: readonly FoundPlace[]
  /** Why nothing was found; null where something was. */
  readonly reason: string | null
}

export interface Discovered {
  /** The node of this machine; null where it is no member. */
  readonly self: string | null
  readonly methods: readonly MethodFindings[]
  /** What a zone must hold for discovery by DNS. */
  readonly record: {
    /** `DOMAIN` stands for a domain where none is set. */
    readonly name: string
    /** One TXT record each; `ADDRESS` stands for an address where none was found. */
    readonly texts: readonly string[]
  }
}

/** The face of `node/daemon/discover.ts`. */
export interface DiscoverModule {
  /** @throws `discoveryMeshUnknown`, `joinTokenMalformed`, `joinTokenTruncated`, `addressInvalid`, `storeCorrupt` */
  discover(request: DiscoverRequest): Promise<Discovered>
}
