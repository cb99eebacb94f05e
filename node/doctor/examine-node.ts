import type { Finding } from '../../protocols/control/index.ts'
import { examineMachine } from './examine-machine.ts'
import { judgeConnections, memberOf } from './judge-connections.ts'
import { type Link, type Member, namesOf } from './links/link.ts'
import { measureLink } from './links/measure-link.ts'
import type { DoctorComponents } from './types.ts'
import { notApplicable, type Verdict, warning } from './verdict.ts'

/** Connections that are measured at once: each of them may have a large transfer under way. */
const LINKS_AT_ONCE = 8

/** This machine, and its connections to all members. */
export const examineNode = async (components: DoctorComponents, signal: AbortSignal): Promise<Finding[]> => {
  const [machine, { links, others }] = await Promise.all([
    examineMachine(components.examined),
    measureAll(components, signal),
  ])
  const direct = (about: string | null, verdict: Verdict): Finding => ({ id: 'direct', about, ...verdict })
  if (links.length + others.length === 0)
    return [...machine, direct(null, notApplicable('this node is the only member'))]
  const left = namesOf(others.map(({ name }) => name))
  return [
    ...machine,
    ...judgeConnections(components, links),
    ...(others.length === 0
      ? []
      : [direct(left, warning('not tried: time was up', 'Try one of them: coterie doctor A B'))]),
  ]
}

/** From this end, by name; those for which no time was left are the others. */
const measureAll = async (
  components: DoctorComponents,
  signal: AbortSignal,
): Promise<{ readonly links: readonly Link[]; readonly others: readonly Member[] }> => {
  const { self } = components.connections
  const from = memberOf(components, self)
  const waiting = [...components.members().keys()]
    .filter((node) => node !== self)
    .map((node) => memberOf(components, node))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  const surroundings = components.lookAround(signal)
  const measured = new Map<Member, Link>()
  const next = waiting.values()
  const work = async (): Promise<void> => {
    for (const to of next) {
      const facts = await measureLink(components, to.node, surroundings, signal)
      // What an end in the middle left is no fact.
      if (signal.aborted) return
      measured.set(to, { from, to, facts })
    }
  }
  await Promise.all(Array.from({ length: LINKS_AT_ONCE }, work))
  return {
    links: waiting.flatMap((to) => measured.get(to) ?? []),
    others: waiting.filter((to) => !measured.has(to)),
  }
}
