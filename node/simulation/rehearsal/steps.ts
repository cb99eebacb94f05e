import type { RehearsalOptions, Reign, Step } from '../../../protocols/control/index.ts'
import { taskIdOf } from '../../../protocols/decisions/index.ts'
import type { Fact, FactOf } from './facts.ts'
import type { Hindrance } from './hindrances.ts'
import type { PlaceWait } from './place-waits.ts'
import type { SlotDown } from './slot-times.ts'

/** Whose downtime is explained, and by what. */
export interface Explained {
  readonly object: string
  readonly slot: number
  readonly image: string | null
  readonly facts: readonly Fact[]
  /** After each fact. */
  readonly hindrances: readonly (Hindrance | null)[]
  readonly faults: RehearsalOptions['faults']
  readonly leaders: readonly Reign[]
  /** Of this slot. */
  readonly waits: readonly PlaceWait[]
}

/**
 * The chain of causes of a downtime: what began it, what the mesh did about it, what ended it. Facts about other slots and
 * nodes are left out.
 */
export const stepsOf = (explained: Explained, down: SlotDown): Step[] => {
  const end = down.toFact ?? explained.facts.length
  const begins = down.fromFact === null ? [] : [beginning(explained, down, down.fromFact)]
  const came = consequences(explained, down, end)
  const between = [...came, ...waited(explained, down), ...hindered(explained, down.fromFact ?? 0, end, came)]
  return [...begins, ...between.sort((a, b) => a.atMs - b.atMs), ...ending(explained, down)]
}

const step = (atMs: number, type: Step['type'], node: string | null, detail: string | null = null): Step => ({
  atMs,
  type,
  node,
  detail,
})

const beginning = (explained: Explained, { lost, fromMs }: SlotDown, at: number): Step => {
  const fact = explained.facts[at] as Fact
  if (fact.type === 'written') return step(fromMs, 'written', fact.node)
  if (fact.type === 'ended')
    return fact.how === 'exited'
      ? step(fromMs, 'exited', lost, fact.detail)
      : step(fromMs, 'stopped', lost, whyStopped(explained, at) ?? fact.detail)
  // A fault elsewhere can make the other side the larger one.
  const hits = fact.type === 'faultBegan' && lost !== null && fact.nodes.includes(lost)
  return step(fromMs, hits ? (explained.faults[fact.fault]?.kind ?? 'kill') : 'partition', lost)
}

/** The reason of the last decision about the slot before the fact at `at`. */
const whyStopped = ({ facts, object, slot }: Explained, at: number): string | null => {
  // Tasks of a slot differ in the token at the end.
  const prefix = taskIdOf(object, slot, 0).slice(0, -1)
  const last = facts
    .slice(0, at)
    .findLast(
      (fact): fact is FactOf<'assigned' | 'released'> =>
        (fact.type === 'assigned' || fact.type === 'released') && fact.task.startsWith(prefix),
    )
  return last?.reason ?? null
}

/** A leader that learns of a death so long after the first who did keeps the slot waiting. */
const LATE_MS = 1_000

const consequences = (explained: Explained, { lost, fromFact }: SlotDown, end: number): Step[] => {
  const { object, slot, image, faults, facts, leaders } = explained
  const steps: Step[] = []
  /** The node that the slot is given to. */
  let holder = lost
  let deadMs: number | null = null
  const isLeader = (node: string, atMs: number) =>
    leaders.some((reign) => reign.node === node && reign.fromMs <= atMs && (reign.toMs ?? atMs) >= atMs)
  for (const fact of facts.slice((fromFact ?? -1) + 1, end)) {
    const add = (type: Step['type'], node: string | null, detail: string | null = null) =>
      steps.push(step(fact.atMs, type, node, detail))
    if (fact.type === 'accepted' && fact.object === object) add('accepted', null)
    if (fact.type === 'led') add('leader', fact.node)
    if (fact.type === 'pulled' && fact.node === holder && fact.image === image) add('pulled', holder, image)
    if (fact.type === 'member' && fact.node === holder && fact.state === 'dead') {
      if (deadMs === null) add('dead', holder)
      else if (fact.atMs - deadMs > LATE_MS && isLeader(fact.by, fact.atMs)) add('seen', fact.by)
      deadMs ??= fact.atMs
    }
    if (fact.type === 'faultBegan' && holder !== null && fact.nodes.includes(holder))
      add(faults[fact.fault]?.kind ?? 'kill', holder)
    if (fact.type === 'assigned' && fact.object === object && fact.slot === slot) {
      holder = fact.node
      deadMs = null
      add('assigned', holder, fact.reason)
    }
  }
  return steps
}

/** Why nobody did anything about it, where nobody did: of two reasons the one that came first. */
const hindered = (
  { facts, hindrances }: Explained,
  fromFact: number,
  end: number,
  came: readonly Step[],
): Step[] => {
  if (came.some(({ type }) => type === 'assigned' || type === 'leader')) return []
  for (let at = fromFact; at < end; at++) {
    const hindrance = hindrances[at] ?? null
    const fact = facts[at] as Fact
    const isDead = came.some(({ type, atMs }) => type === 'dead' && atMs <= fact.atMs)
    if (hindrance === 'unled' || (hindrance === 'held' && isDead)) return [step(fact.atMs, hindrance, null)]
  }
  return []
}

/** What it waited for meanwhile. */
const waited = ({ waits }: Explained, { fromMs, toMs }: SlotDown): Step[] =>
  waits
    .filter((wait) => wait.fromMs >= fromMs && (toMs === null || wait.fromMs < toMs))
    .map((wait) => step(wait.fromMs, 'waiting', null, wait.reason))

const ending = ({ facts }: Explained, { toMs, toFact, regained }: SlotDown): Step[] => {
  if (toMs === null || toFact === null) return []
  return [step(toMs, facts[toFact]?.type === 'ran' ? 'ran' : 'back', regained)]
}
