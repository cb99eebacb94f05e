/** Whether a member that cannot be dialled is reached through another one. */
import type { NodeId } from '../../../protocols/wire/index.ts'
import { judgeLinks, type LinkVerdict } from '../links/judge-links.ts'
import { isBehind, type Link, namesOf } from '../links/link.ts'
import { notApplicable, timeOf, type Verdict, warning } from '../verdict.ts'

export const judgeRelay = (links: readonly Link[], nameOf: (node: NodeId) => string): LinkVerdict[] =>
  judgeLinks(links, judge, (well) => tell(well, nameOf))

const tell = (links: readonly Link[], nameOf: (node: NodeId) => string): string => {
  const relays = new Set(
    links.flatMap(({ facts: { through, relays } }) => (through === null ? relays : [through])),
  )
  const names = namesOf([...relays].map(nameOf).sort())
  if (links.every(({ facts }) => facts.through === null))
    return `reached through ${names} by those who cannot dial it`
  const ms = Math.max(...links.map(({ facts }) => facts.echo?.ms ?? 0))
  return `reached through ${names}, answers in ${timeOf(ms)}`
}

const judge = ({ to, facts }: Link): Verdict | null => {
  if (facts.echo === null) return notApplicable('not reached in any way: see direct')
  if (facts.through === null && !isBehind(facts)) return notApplicable('reached directly: none is needed')
  if (facts.relays.length !== 1) return null
  return warning(
    'one member alone carries its connections from those who cannot dial it',
    `Have one more member that ${to.name} and the others can dial`,
  )
}
