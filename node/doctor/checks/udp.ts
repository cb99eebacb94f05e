/** Whether members of one network find each other by UDP, which is all that UDP is used for between nodes. */
import { judgeLinks, type LinkVerdict } from '../links/judge-links.ts'
import type { Link } from '../links/link.ts'
import { notApplicable, type Verdict, warning } from '../verdict.ts'

export const judgeUdp = (links: readonly Link[], discoveryPort: number): LinkVerdict[] =>
  judgeLinks(links, (link) => judge(link, discoveryPort), tell)

const tell = (links: readonly Link[]): string =>
  `found by ${[...new Set(links.flatMap(({ facts }) => facts.udp.found))].sort().join(' and ')}`

/** Of multicast DNS (RFC 6762). */
const MDNS_PORT = 5353

const judge = ({ from, to, facts: { udp, via } }: Link, discoveryPort: number): Verdict | null => {
  if (udp.found.length > 0) return null
  if (udp.looks.length === 0) return notApplicable(`discovery is off at ${from.name}`)
  if (udp.findableBy === null) return notApplicable('it does not say by what it could be found: see direct')
  if (via === null) return notApplicable('another network, which discovery by UDP does not reach')
  const shared = udp.looks.filter((way) => udp.findableBy?.includes(way))
  if (shared.length === 0)
    return notApplicable(
      `${from.name} looks by ${udp.looks.join(' and ')}, ${to.name} can be found by ${udp.findableBy.join(' and ') || 'neither'}`,
    )
  const ports = shared.map((way) => (way === 'mdns' ? MDNS_PORT : discoveryPort))
  return warning(
    `in one network (${via}), and not found by ${shared.join(' or ')}`,
    `Let UDP ${ports.join(' and ')} in at ${to.name}, or name an address when a machine joins: --at`,
  )
}
