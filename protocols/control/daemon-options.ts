/** What `coterie up` and the daemon agree on; the daemon is `node/daemon.ts`. */
import type { ResolvedSettings } from './settings/index.ts'

/** What two people compare, or one at two screens, before a machine without a token joins. */
export interface AskedMesh {
  readonly mesh: { readonly id: string; readonly name: string }
  /** Where the member is that was asked. */
  readonly address: string
  /** Digits; `node requests` shows the same there. */
  readonly fingerprint: string
}

/** How a machine without a token asks its person. */
export interface AskingPerson {
  /** Resolves when the person agrees, also without being asked; what it rejects with ends the start. The signal ends the question. */
  compare(asked: AskedMesh, signal: AbortSignal): Promise<void>
}

export interface DaemonOptions {
  readonly settings: ResolvedSettings
  /** Given where this node founds a mesh. */
  readonly founding: { readonly meshName: string } | null
  /** The text of a join token; null where this node is a member already, or founds. */
  readonly token: string | null
  /** Given where a stranger asks a mesh of its LAN to be let in; a member just comes back. */
  readonly asking: AskingPerson | null
  /** Ends a start that still looks for its mesh or waits for its admission, which then throws `daemonStopping`; afterwards there is `stop`. */
  readonly signal: AbortSignal
}

/** What a person who started a daemon wants to know once it is ready. */
export interface DaemonReady {
  readonly node: { readonly id: string; readonly name: string }
  readonly mesh: { readonly id: string; readonly name: string }
  readonly how: 'founded' | 'joined' | 'restarted'
  /** Milliseconds from presenting the token to being a working member; null unless it joined. */
  readonly joinMs: number | null
  /** A join token for the next machine; only where this start founded the mesh. */
  readonly token: string | null
  /** Addresses that other nodes can dial, the likeliest first. */
  readonly addresses: readonly string[]
  readonly socket: string
  readonly apiPort: number
  /** How a program of this machine reaches the API over TCP. */
  readonly apiUrl: string
  /** Null where no token opens more than anybody may see. */
  readonly apiTokenFile: string | null
  /** Null where no gateway is served. */
  readonly gatewayPort: number | null
  /** Null where metrics have no port of their own. */
  readonly metricsPort: number | null
  /** Whole sentences that a person should read, such as what a mesh of two nodes cannot do. */
  readonly notes: readonly string[]
}

/** `rotated`: this machine has a new key, and is to be started again with it, as a member that comes back. */
export type Ended = 'stopped' | 'rotated'

export interface Daemon {
  readonly ready: DaemonReady
  /** Ends everything in order: hands leadership over, stays a member, leaves containers running. */
  stop(): Promise<void>
  /** Reads again what may change while it runs: the certificate that was given. What cannot be used is logged. */
  reload(): Promise<void>
  /** Resolves when it has stopped, for whatever reason; rejects with the error that ended it. */
  readonly stopped: Promise<Ended>
}

/** The face of `node/daemon.ts`. */
export interface DaemonModule {
  /** Resolves when the node is ready. @throws `joinTokenMissing`, `alreadyMember`, `dataDirInUse`, `portInUse`, ... */
  startDaemon(options: DaemonOptions): Promise<Daemon>
}
