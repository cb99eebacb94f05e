import type { Diagnosis, DoctorRequest } from '../../protocols/control/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { ClocksOff } from './checks/clocks.ts'
import type { Examined } from './examined.ts'
import type { LinkComponents } from './links/types.ts'

export interface DoctorComponents extends LinkComponents {
  readonly examined: Examined
  readonly discoveryPort: number
  /** Whose clocks are off, by how far those of others are ahead of `self`'s. */
  clocksOff(aheadMs: ReadonlyMap<NodeId, number>, self: NodeId): ClocksOff
}

export interface Doctor {
  /**
   * What is wrong here and with the connections to all members, or between two of them.
   * @throws `notAMember`, `requestInvalid` for a pair of one, `doctorBusy` where somebody looks already
   */
  examine(request: DoctorRequest, signal: AbortSignal): Promise<Diagnosis>
  /** Begins to answer other members. */
  serve(): void
}
