/** How far the clocks of members are apart. */
import type { NodeId } from '../../../protocols/wire/index.ts'
import { judgeLinks, type LinkVerdict } from '../links/judge-links.ts'
import type { Link } from '../links/link.ts'
import { bad, notApplicable, timeOf, type Verdict, warning } from '../verdict.ts'
import { SET_CLOCK } from './date.ts'

/** Whose clock is off, by how many milliseconds; below 0 where it is behind. */
export type ClocksOff = ReadonlyMap<NodeId, number>

/** A question that took longer says too little: the answer may have been written at any time between. */
const ANSWER_MS_MAX = 500

/** So far back certificates are dated, and no further. */
const CERTIFICATES_ALLOW_MS = 5 * 60_000

export const isTimed = ({ facts: { echo } }: Link): boolean => echo !== null && echo.ms <= ANSWER_MS_MAX

/** `links` are those of one node; `off` is judged from all of them. */
export const judgeClocks = (links: readonly Link[], off: ClocksOff): LinkVerdict[] => {
  const from = links[0]?.from
  const own = from && off.get(from.node)
  const verdicts = judgeLinks(links, (link) => judge(link, off), tell)
  if (from === undefined || own === undefined) return verdicts
  return [{ ...offBy(own, from.name), about: from.name }, ...verdicts]
}

const tell = (links: readonly Link[]): string => {
  const most = Math.max(...links.map(({ facts }) => Math.abs(facts.echo?.aheadMs ?? 0)))
  return `${timeOf(most)} apart${links.length > 1 ? ' at most' : ''}`
}

const judge = (link: Link, off: ClocksOff): Verdict | null => {
  if (!isTimed(link)) return notApplicable('no answer comes soon enough to tell the time by it')
  const aheadMs = off.get(link.to.node)
  if (aheadMs !== undefined) return offBy(aheadMs, link.to.name)
  return off.has(link.from.node) ? notApplicable(`the clock of ${link.from.name} is no measure`) : null
}

const offBy = (aheadMs: number, name: string): Verdict => {
  const most = Math.abs(aheadMs)
  const found = `the clock of ${name} is ${timeOf(most)} ${aheadMs > 0 ? 'ahead' : 'behind'}`
  const fix = `On ${name} type: ${SET_CLOCK}`
  return most > CERTIFICATES_ALLOW_MS
    ? bad(`${found}: certificates and tokens are refused, and edits misdated`, fix)
    : warning(`${found}: edits made there are misdated`, fix)
}
