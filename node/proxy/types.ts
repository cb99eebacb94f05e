import type { Assignment, DecisionView } from '../../protocols/decisions/index.ts'
import type { PortProtocol } from '../../protocols/proxy/index.ts'
import type { ServiceSpec } from '../../protocols/spec/index.ts'
import type { TaskStatus } from '../../protocols/tasks/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Metric } from '../ports/metrics.ts'
import type { Bulk } from '../ports/network.ts'
import type { Service } from '../ports/service.ts'

export interface ProxyComponents {
  readonly logger: Logger
  readonly clock: Clock
  readonly bulk: Bulk
  readonly decisions: Pick<DecisionView, 'objects' | 'tasks' | 'tasksOf'>
  /** Null where the revision is not here, or is a removal. */
  specOf(revision: string): ServiceSpec | null
  statusOf(assignment: Assignment): TaskStatus | null
  isAlive(node: NodeId): boolean
  /** Round trip to another node; null where nobody knows. */
  rttMs(node: NodeId): number | null
  /** Who holds a TCP port of this machine, where that can be told. */
  portOwner(port: number): Promise<string | null>
  /** What is published may be another now. */
  onRoutes(listener: () => void): () => void
  /** Which tasks run where may be another now. */
  onTasks(listener: () => void): () => void
}

export interface ProxyInit {
  readonly self: NodeId
  /** The IP address at which ports that name none are answered; null for all of this machine. */
  readonly address: string | null
}

/** How this node answers a published port. */
export interface AnsweredPort {
  readonly object: string
  readonly published: number
  readonly protocol: PortProtocol
  /** The service that was there first, whose port it is; null where it is this one's. */
  readonly by: string | null
  /** Why it is not answered here; null where it is. */
  readonly problem: string | null
}

export interface ProxyService extends Service {
  /** Every port that is published through proxies, by number. */
  ports(): readonly AnsweredPort[]
  /** Called when a port is answered here from now on, or no longer. */
  onPort(listener: (port: AnsweredPort) => void): () => void
  /** Resolves when nobody is connected to that task of this node any more, or has been asked to go for long enough. */
  drain(task: string): Promise<void>
  metrics(): readonly Metric[]
}
