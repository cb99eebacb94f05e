/** Whether a member can be dialled where it says that it is, and answers over the mesh. */
import type { LinkFacts, Opening, OpeningProblem } from '../../../protocols/doctor/index.ts'
import { judgeLinks, type LinkVerdict } from '../links/judge-links.ts'
import { isBehind, type Link, rangeOf } from '../links/link.ts'
import { placeOf, textOf } from '../place.ts'
import { bad, notApplicable, timeOf, type Verdict, warning } from '../verdict.ts'

export const judgeDirect = (links: readonly Link[]): LinkVerdict[] => judgeLinks(links, judge, tell)

const tell = (links: readonly Link[]): string => {
  const opened = rangeOf(
    links.map(({ facts }) => quickest(facts)?.ms ?? 0),
    timeOf,
  )
  const answered = rangeOf(
    links.map(({ facts }) => facts.echo?.ms ?? 0),
    timeOf,
  )
  const [only, ...others] = links
  const at = only !== undefined && others.length === 0 ? ` at ${placesOf(only.facts, 'open')}` : ''
  return `opens${at} in ${opened}, answers in ${answered}`
}

const isOpen = ({ ms }: Opening): boolean => ms !== null

const quickest = ({ openings }: LinkFacts): Opening | undefined =>
  openings.filter(isOpen).sort((a, b) => (a.ms ?? 0) - (b.ms ?? 0))[0]

const placesOf = ({ openings }: LinkFacts, which: 'open' | 'closed'): string =>
  openings
    .filter((opening) => isOpen(opening) === (which === 'open'))
    .map(({ address }) => textOf(address))
    .join(', ')

const judge = (link: Link): Verdict | null => {
  const { to, facts } = link
  const { openings, echo, echoProblem, through } = facts
  if (echo !== null && through === null && openings.some(isOpen)) return null
  if (echo !== null) return judgeRoundabout(link)
  if (openings.some(isOpen))
    return bad(
      `${placesOf(facts, 'open')} opens, and nothing answers there: ${echoProblem}`,
      `Look at the log of ${to.name}, then start it again`,
    )
  return bad(whyClosed(facts), CURES[worst(openings)](to.name, facts))
}

/** It answers, and not because it was dialled where it says that it is. */
const judgeRoundabout = ({ from, to, facts }: Link): Verdict => {
  const why = facts.openings.some(isOpen)
    ? `at ${placesOf(facts, 'open')} another machine answers`
    : whyClosed(facts)
  if (isBehind(facts)) return notApplicable(`behind NAT or a firewall, and reached all the same: ${why}`)
  const by = facts.through === null ? `by a connection that ${to.name} opened` : 'through another member only'
  return warning(
    `connected ${by}: ${why}`,
    `Let TCP ${portsOf(facts)} in at ${to.name}, or give it an --advertise address that ${from.name} reaches`,
  )
}

const WORDS: Readonly<Record<OpeningProblem, string>> = {
  refused: 'nobody listens at',
  silent: 'nothing answers at',
  noRoute: 'no route leads to',
  unresolved: 'no address is found for',
  failed: 'no connection opens to',
}

const whyClosed = (facts: LinkFacts): string =>
  facts.openings.length === 0
    ? 'no address of it is known'
    : `${WORDS[worst(facts.openings) as OpeningProblem]} ${placesOf(facts, 'closed')}`

/** The one whose cure comes first: a machine that refuses is at least there. */
const ORDER: readonly OpeningProblem[] = ['refused', 'silent', 'noRoute', 'unresolved', 'failed']

const worst = (openings: readonly Opening[]): OpeningProblem | 'unknown' =>
  ORDER.find((problem) => openings.some((opening) => opening.problem === problem)) ?? 'unknown'

const portsOf = ({ openings }: LinkFacts): string =>
  [...new Set(openings.map(({ address }) => placeOf(address).port))].join(', ')

const CURES: Readonly<Record<OpeningProblem | 'unknown', (name: string, facts: LinkFacts) => string>> = {
  refused: (name) => `Start coterie up on ${name}`,
  silent: (name, facts) => `Switch ${name} on, or let TCP ${portsOf(facts)} in through its firewall`,
  noRoute: (name) =>
    `Put both machines into one network, or give ${name} an --advertise address that is reached`,
  unresolved: (name) => `Correct --advertise of ${name}, or the record of that name in the DNS`,
  failed: (name) => `Look at the network of this machine and of ${name}`,
  unknown: (name) => `Start coterie up on ${name} with --at and the address of a member`,
}
