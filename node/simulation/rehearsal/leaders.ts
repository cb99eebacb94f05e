import type { RehearsalOptions, Reign } from '../../../protocols/control/index.ts'
import type { Fact } from './facts.ts'
import { replay, type Standing } from './replay.ts'
import { canDecide } from './standing-faults.ts'

/** Who can decide; where two still say that they lead, the later term counts. */
export const leaderOf = ({ leading, faults, voters }: Standing): Pick<Reign, 'node' | 'term'> => {
  const able = [...leading].filter(([node]) => canDecide(faults, node, voters))
  const [first] = able.sort(([, a], [, b]) => b - a)
  return first === undefined ? { node: null, term: 0 } : { node: first[0], term: first[1] }
}

/** Who led from the start to the end, without a gap: times in which nobody could decide are told as such. */
export const leadersOf = (options: RehearsalOptions, facts: readonly Fact[]): Reign[] => {
  const changes: Reign[] = [{ node: null, term: 0, fromMs: 0, toMs: null }]
  for (const { fact, standing } of replay(options, facts))
    changes.push({ ...leaderOf(standing), fromMs: fact.atMs, toMs: null })
  const reigns: Reign[] = []
  for (const [at, change] of changes.entries()) {
    // What lasted no time was not seen by anybody, such as the moment before the first facts.
    if (changes[at + 1]?.fromMs === change.fromMs) continue
    const present = reigns.at(-1)
    if (present?.node === change.node && present.term === change.term) continue
    if (present !== undefined) reigns[reigns.length - 1] = { ...present, toMs: change.fromMs }
    reigns.push(change)
  }
  return reigns
}

/** The voters at the end. */
export const votersOf = (facts: readonly Fact[]): string[] => [
  ...(facts.findLast((fact) => fact.type === 'voters')?.voters ?? []),
]
