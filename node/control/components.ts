/** What the API needs of the daemon around it: narrow interfaces, satisfied by the composition root. */
import type { Event, Happening, Health, Leave, Nodes, Status, Voters } from '../../protocols/control/index.ts'
import type { ResolvedSettings } from '../../protocols/control/settings/index.ts'
import type { Logger } from '../ports/logger.ts'

/** The mesh as this node sees it now. */
export interface MeshQueries {
  node(): Health['node']
  status(): Status
  nodes(): Nodes
  voters(): Voters
}

export interface KeptEvents {
  readonly events: readonly Event[]
  /** True where events before the first of these, and after what was asked for, are lost. */
  readonly gap: boolean
}

/** What happened and what happens. */
export interface EventSource {
  /** The kept events with a greater sequence; all kept ones for null. */
  since(sequence: number | null): KeptEvents
  /** Returns the function that ends the subscription. */
  subscribe(listener: (event: Event) => void): () => void
}

/** An `EventSource` that can be told. */
export interface EventLog extends EventSource {
  record(happening: Happening): void
}

export interface Membership {
  /**
   * Takes this node out of the mesh for good. The daemon may stop as soon as it resolves: answers under way are
   * still sent. @throws `noQuorum`, `notLeader`, `decisionRefused`
   */
  leave(): Promise<Leave>
}

/** Who holds a port of this machine, in words for people; null where that cannot be told. */
export type PortOwner = (port: number) => Promise<string | null>

export interface ControlComponents {
  readonly logger: Logger
  readonly mesh: MeshQueries
  readonly events: EventSource
  readonly membership: Membership
  readonly portOwner: PortOwner
}

export interface ControlInit {
  readonly socketPath: string
  /** An address of this machine only. */
  readonly host: '127.0.0.1'
  /** 0 takes a free one. */
  readonly port: number
  /** File of the bearer token; made when it is not there. */
  readonly tokenPath: string
  readonly version: string
  readonly settings: ResolvedSettings
}
