import type { Finding } from '../../protocols/control/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import { isTimed } from './checks/clocks.ts'
import { LINK_CHECKS } from './link-checks.ts'
import type { Link, Member } from './links/link.ts'
import type { DoctorComponents } from './types.ts'

/** All that is to be said of the connections of one node. */
export const judgeConnections = (
  components: Pick<DoctorComponents, 'clocksOff' | 'discoveryPort' | 'members'>,
  links: readonly Link[],
): Finding[] => {
  const from = links[0]?.from
  if (from === undefined) return []
  const aheadMs = new Map(
    links.filter(isTimed).map(({ to, facts }) => [to.node, facts.echo?.aheadMs ?? 0] as const),
  )
  const context = {
    discoveryPort: components.discoveryPort,
    clocksOff: components.clocksOff(aheadMs, from.node),
    nameOf: (node: NodeId) => memberOf(components, node).name,
  }
  return LINK_CHECKS.flatMap(({ id, judge }) => judge(links, context).map((verdict) => ({ id, ...verdict })))
}

/** A member by its id, with the name that it goes by here. */
export const memberOf = ({ members }: Pick<DoctorComponents, 'members'>, node: NodeId): Member => ({
  node,
  name: members().get(node) ?? 'unnamed',
})
