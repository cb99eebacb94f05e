/** Whether much gets through where little does: packets above the smallest link of a path (its MTU) may vanish. */
import { LOAD_BYTES } from '../../../protocols/doctor/index.ts'
import { judgeLinks, type LinkVerdict } from '../links/judge-links.ts'
import { type Link, rangeOf } from '../links/link.ts'
import { bad, notApplicable, sizeOf, timeOf, type Verdict } from '../verdict.ts'

export const judgeTransfer = (links: readonly Link[]): LinkVerdict[] => judgeLinks(links, judge, tell)

const SIZE = sizeOf(LOAD_BYTES)

const tell = (links: readonly Link[]): string => {
  const sent = links.map(({ facts }) => facts.load?.sentMs ?? 0)
  const fetched = links.map(({ facts }) => facts.load?.fetchedMs ?? 0)
  return `${SIZE} arrive there in ${rangeOf(sent, timeOf)}, here in ${rangeOf(fetched, timeOf)}`
}

/** Every link that carries IPv6 carries packets of 1,280 bytes (RFC 8200, section 5). */
const MTU_SAFE = 1_280

const judge = ({ from, to, facts: { load, via } }: Link): Verdict | null => {
  if (load === null) return notApplicable('there is no answer to begin with: see direct')
  if (load.sentMs !== null && load.fetchedMs !== null) return null
  const [source, target] = load.sentMs === null ? [from, to] : [to, from]
  return bad(
    `small messages arrive, ${SIZE} from ${source.name} to ${target.name} do not: large packets vanish on the way`,
    `On both type: ip link set dev ${via ?? 'INTERFACE'} mtu ${MTU_SAFE}; or let ICMP "fragmentation needed" through between them`,
  )
}
