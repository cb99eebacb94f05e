import type { NodeId } from '../../../protocols/wire/index.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Logger } from '../../ports/logger.ts'
import type { Gate } from '../gate.ts'
import type { Contacts } from './contacts.ts'
import type { Links } from './links.ts'
import type { SimulatedRequests } from './requests.ts'
import type { SimulatedStreams } from './streams.ts'

/** What the network needs of a life. */
export interface NetworkLifeInit {
  readonly self: NodeId
  readonly gate: Gate
  readonly clock: Clock
  readonly logger: Logger
}

/** One life of a node, as the others reach it. */
export interface NetworkLife extends NetworkLifeInit {
  readonly requests: SimulatedRequests
  readonly streams: SimulatedStreams
  /** A message that came on a channel, a protocol or a topic; no word where nobody listens. */
  receive(from: NodeId, name: string, message: unknown): void
}

/** The network of a whole mesh. */
export interface World {
  readonly links: Links
  readonly contacts: Contacts
  lifeOf(node: NodeId): NetworkLife | null
}
