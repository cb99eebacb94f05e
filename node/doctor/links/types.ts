import type { DiscoveryWay, OpeningProblem } from '../../../protocols/doctor/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Connections, Reach, Requests } from '../../ports/network.ts'

export interface OpeningOptions {
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** What it takes to measure a connection. */
export interface LinkComponents {
  readonly clock: Clock
  readonly connections: Pick<Connections, 'self' | 'connected'>
  readonly requests: Requests
  /** Member -> its name. */
  members(): ReadonlyMap<NodeId, string>
  readonly reach: Pick<Reach, 'pathTo'>
  /** Those that TCP may dial among others. */
  addressesOf(node: NodeId): readonly string[]
  /** The relay that an address names; null for any other address. */
  relayIn(address: string): NodeId | null
  /** Opens a TCP connection and closes it; the milliseconds that it took, or why it did not open. */
  connect(address: string, options: OpeningOptions): Promise<number | OpeningProblem>
  /** The ways by which this node looks for others by UDP, and can be found. */
  readonly ways: readonly DiscoveryWay[]
  /** Looks by these ways once, for a second or two: who was found by which. */
  lookAround(signal: AbortSignal): Promise<ReadonlyMap<NodeId, ReadonlySet<DiscoveryWay>>>
  /** The network interface that has an address in the same network as this host; null where none has. */
  interfaceTo(host: string): string | null
}

export type Surroundings = ReadonlyMap<NodeId, ReadonlySet<DiscoveryWay>>
