/** The checks of connections, in the order in which they are shown. To add one: a file in `checks/`, and a row here. */
import type { NodeId } from '../../protocols/wire/index.ts'
import { type ClocksOff, judgeClocks } from './checks/clocks.ts'
import { judgeDirect } from './checks/direct.ts'
import { judgeRelay } from './checks/relay.ts'
import { judgeTransfer } from './checks/transfer.ts'
import { judgeUdp } from './checks/udp.ts'
import type { LinkVerdict } from './links/judge-links.ts'
import type { Link } from './links/link.ts'

export interface LinkContext {
  readonly clocksOff: ClocksOff
  readonly discoveryPort: number
  nameOf(node: NodeId): string
}

export interface LinkCheck {
  readonly id: string
  /** `links` are those of one node. */
  judge(links: readonly Link[], context: LinkContext): readonly LinkVerdict[]
}

export const LINK_CHECKS: readonly LinkCheck[] = [
  { id: 'direct', judge: judgeDirect },
  { id: 'relay', judge: (links, { nameOf }) => judgeRelay(links, nameOf) },
  { id: 'transfer', judge: judgeTransfer },
  { id: 'clock', judge: (links, { clocksOff }) => judgeClocks(links, clocksOff) },
  { id: 'udp', judge: (links, { discoveryPort }) => judgeUdp(links, discoveryPort) },
]
