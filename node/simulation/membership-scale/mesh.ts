/**
 * Hundreds of membership machines under one virtual clock and network, and nothing else of a node: the same seed gives
 * the same run. Links lose and delay messages; a busy member handles everything late. No connection ever closes, so
 * that silence is noticed by probes alone.
 */
import type { MembershipEffect, MembershipTimings } from '../../../protocols/membership/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import { between, createRandom, type Range } from '../random.ts'
import { createTimeline } from '../timeline.ts'
import { createKnowledge, type Knowledge } from './knowledge.ts'
import { createLinks, type Links } from './links.ts'
import { type Busyness, createSimulatedMember, type SimulatedMember } from './member.ts'
import { addressesOf, nodeAt, recordsOf } from './records.ts'

/** One way, within a country. */
const DELAY_MS: Range = [1, 15]

/** How finely times are measured. */
const LOOK_MS = 5

export interface ScaleMeshInit {
  readonly size: number
  readonly seed: number
  readonly timings: MembershipTimings
  readonly lossRatio?: number
  readonly delayMs?: Range
  readonly hasBuddy?: boolean
}

export interface ScaleMesh {
  nowMs(): number
  readonly members: readonly SimulatedMember[]
  /** What the members heard since they began; at first all know all as alive. */
  readonly knowledge: Knowledge
  readonly links: Links
  pass(durationMs: number): void
  /** Passes time until something holds; false where it never did. */
  passUntil(holds: () => boolean, atMostMs: number): boolean
  /** Admits one more member, everywhere, and starts it; it knows nobody's state. */
  join(): SimulatedMember
  /** A member that is busy and free by turns, for times drawn from these. */
  overload(member: SimulatedMember, kind: Busyness, busyMs: Range, freeMs: Range): void
}

export const createScaleMesh = (init: ScaleMeshInit): ScaleMesh => {
  const { size, seed, timings, lossRatio = 0, delayMs = DELAY_MS, hasBuddy = true } = init
  const random = createRandom(seed)
  const timeline = createTimeline()
  const members: SimulatedMember[] = []
  const byNode = new Map<NodeId, SimulatedMember>()
  const knowledge = createKnowledge()
  const links = createLinks({
    timeline,
    random,
    lossRatio,
    delayMs,
    hasBuddy,
    deliver: (from, to, message) => byNode.get(to)?.happen({ type: 'received', from, message }),
  })

  const carryOut = (node: NodeId, effect: MembershipEffect): void => {
    if (effect.type === 'send') links.send(node, effect.to, effect.message)
    else if (effect.type === 'changed') knowledge.note(timeline.nowMs(), effect.change)
    else if (effect.type === 'schedule')
      timeline.after(effect.afterMs, () => byNode.get(node)?.happen({ type: 'timer', timer: effect.timer }))
  }

  const add = (): SimulatedMember => {
    const env = { nowMs: timeline.nowMs, random }
    const [node, addresses] = [nodeAt(members.length), addressesOf(members.length)]
    const member = createSimulatedMember({ node, addresses, timings, env, carryOut })
    members.push(member)
    byNode.set(node, member)
    return member
  }
  const rosterOf = (): ReadonlySet<NodeId> => new Set(members.map(({ node }) => node))

  for (let at = 0; at < size; at++) add()
  const [roster, records] = [rosterOf(), recordsOf(size)]
  for (const member of members)
    timeline.after(random() * timings.probeMs, () => member.startWith(roster, records))

  const pass = (durationMs: number): void => {
    const untilMs = timeline.nowMs() + durationMs
    while (timeline.step(untilMs));
  }

  return {
    nowMs: timeline.nowMs,
    members,
    knowledge,
    links,
    pass,
    passUntil: (holds, atMostMs) => {
      const untilMs = timeline.nowMs() + atMostMs
      while (!holds() && timeline.nowMs() < untilMs) pass(LOOK_MS)
      return holds()
    },
    join: () => {
      const joiner = add()
      const grown = rosterOf()
      for (const member of members) member.happen({ type: 'roster', members: grown })
      joiner.start(grown)
      return joiner
    },
    overload: (member, kind, busyMs, freeMs) => {
      const work = (): void => {
        member.becomeBusy(kind)
        timeline.after(between(random, busyMs), () => {
          member.becomeFree()
          timeline.after(between(random, freeMs), work)
        })
      }
      timeline.after(between(random, freeMs), work)
    },
  }
}
