import type { Rehearsal, RehearsalOptions } from '../../../protocols/control/index.ts'
import { serviceKey } from '../../../protocols/spec/index.ts'
import type { Fact } from './facts.ts'
import { hindrancesOf } from './hindrances.ts'
import { leadersOf, votersOf } from './leaders.ts'
import { placeWaitsOf } from './place-waits.ts'
import { replay } from './replay.ts'
import { serviceReport } from './service-report.ts'
import { slotTimesOf } from './slot-times.ts'
import { waitsOf } from './waits.ts'

/**
 * What a rehearsal came to. Pure: the same facts give the same report. What its words mean is in docs/design/rehearsal.md.
 */
export const reportOf = (options: RehearsalOptions, seen: readonly Fact[]): Rehearsal => {
  // Nobody wants to know more exactly; and numbers that print the same are the same.
  const rounded = seen.map((fact) => ({ ...fact, atMs: Math.round(fact.atMs) }))
  const facts = heard(options, rounded)
  const slots = Map.groupBy(slotTimesOf(options, facts), ({ object }) => object)
  const objects = options.services.map(({ project, name }) => serviceKey(project, name))
  const leaders = leadersOf(options, facts)
  const waits = placeWaitsOf(facts)
  const told = { facts, waits, leaders, hindrances: hindrancesOf(options, facts) }
  return {
    played: playedOf(options, facts),
    services: options.services.map((spec, at) =>
      serviceReport(options, told, spec, slots.get(objects[at] as string) ?? []),
    ),
    waits: waitsOf(options, told, leaders),
    leaders,
    voters: votersOf(facts),
  }
}

/** Whom the smaller part of the mesh calls dead is nobody's concern: all of the larger one, for a start. */
const heard = (options: RehearsalOptions, facts: readonly Fact[]): Fact[] => {
  const told: Fact[] = []
  for (const { fact, standing } of replay(options, facts))
    if (fact.type !== 'member' || standing.larger.has(fact.by)) told.push(fact)
  return told
}

const playedOf = (
  { nodes, forMs, seed, pullMs, startMs, deploy, faults }: RehearsalOptions,
  facts: readonly Fact[],
): Rehearsal['played'] => ({
  nodes: nodes.map((node) => ({ ...node })),
  forMs,
  seed,
  pullMs,
  startMs,
  deploy: deployedOf(deploy, facts),
  faults: faults.map(({ targets, ...fault }, at) => {
    const began = facts.find((fact) => fact.type === 'faultBegan' && fact.fault === at)
    const nodes = began?.type === 'faultBegan' ? [...began.nodes] : []
    return { ...fault, targets: [...targets], nodes }
  }),
})

/** Another node is asked where the one that was meant has no power. */
const deployedOf = (
  asked: RehearsalOptions['deploy'],
  facts: readonly Fact[],
): Rehearsal['played']['deploy'] => {
  const written = facts.find((fact) => fact.type === 'written')
  return written?.type === 'written' ? { node: written.node, atMs: written.atMs } : asked
}
