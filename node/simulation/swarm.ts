import type { Random } from '../ports/clock.ts'
import { chance, pick } from './random.ts'

/** Things that may be done, each as often beside the others as its weight says. */
export type Weighted<Item> = readonly (readonly [weight: number, item: Item])[]

/** Shares of the things that a run has at all. */
const SHARES = [0.1, 0.3, 0.6, 1]
/** How much more often than usual those are done that a run has. */
const FACTORS = [1, 1, 2, 5]

/** Each item as often as its weight says. */
export const ofWeight = <Item>(all: Weighted<Item>): readonly Item[] =>
  all.flatMap(([weight, item]) => Array<Item>(weight).fill(item))

/**
 * What one run has of these: some of them, and each as often as it is drawn. So one run is nothing but elections and another
 * nothing but full disks; what all the others would cover up or prevent comes to light there. Never empty.
 * Source: Groce, Zhang, Eide, Chen and Regehr, "Swarm testing" (2012).
 */
export const drawSwarm = <Item>(random: Random, all: Weighted<Item>): readonly Item[] => {
  const share = pick(random, SHARES)
  const kept = all.filter(() => chance(random, share))
  const some = kept.length > 0 ? kept : [pick(random, all)]
  return ofWeight(some.map(([weight, item]) => [weight * pick(random, FACTORS), item]))
}
