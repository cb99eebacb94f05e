import type {
  Downtime,
  Move,
  Outage,
  RehearsalOptions,
  RehearsedService,
  Reign,
} from '../../../protocols/control/index.ts'
import { type ServiceSpec, serviceKey } from '../../../protocols/spec/index.ts'
import type { Fact, FactOf } from './facts.ts'
import type { Hindrance } from './hindrances.ts'
import type { PlaceWait } from './place-waits.ts'
import type { SlotDown, SlotTimes } from './slot-times.ts'
import { stepsOf } from './steps.ts'

interface Down extends SlotDown {
  readonly slot: number
}

/** What was seen, and what follows from it. */
export interface Seen {
  readonly facts: readonly Fact[]
  /** What stood in the way after each fact. */
  readonly hindrances: readonly (Hindrance | null)[]
  readonly waits: readonly PlaceWait[]
  readonly leaders: readonly Reign[]
}

/** What became of one service, from the times of its slots. */
export const serviceReport = (
  options: RehearsalOptions,
  seen: Seen,
  spec: ServiceSpec,
  slots: readonly SlotTimes[],
): RehearsedService => {
  const { facts, waits } = seen
  const object = serviceKey(spec.project, spec.name)
  const { image, replicas } = spec
  const downs = slots.flatMap(({ slot, down }) => down.map((time): Down => ({ ...time, slot })))
  const writtenMs = facts.find(({ type }) => type === 'written')?.atMs ?? options.deploy.atMs
  const wholeMs = wholeMsOf(slots)
  const countedFromMs = wholeMs ?? writtenMs
  const isEarly = ({ toMs }: Down) => wholeMs !== null && toMs !== null && toMs <= wholeMs
  const counted = downs.filter((down) => !isEarly(down))
  const explain = ({ slot, fromMs, toMs, ...between }: Down): Downtime => {
    const own = waits.filter((wait) => wait.object === object && wait.slot === slot)
    const explained = { ...seen, object, slot, image, faults: options.faults, waits: own }
    const steps = stepsOf(explained, { fromMs, toMs, ...between })
    return { slot, fromMs, toMs, steps }
  }
  return {
    object,
    replicas,
    acceptedMs: facts.find((fact) => fact.type === 'accepted' && fact.object === object)?.atMs ?? null,
    wholeMs,
    countedFromMs,
    ...sharesOf(counted, replicas, countedFromMs, options.forMs),
    beginning: downs.filter(isEarly).map(explain),
    outages: outagesOf(counted, replicas, explain),
    moves: movesOf(facts, object),
    doubles: slots.flatMap(({ slot, doubles }) =>
      doubles.map(({ nodes, ...span }) => ({ slot, ...span, nodes: [...nodes] })),
    ),
    unplaced: unplacedOf(facts, waits, object, replicas),
  }
}

/** When all slots first ran at one time; null where they never did, and where none is wanted. */
const wholeMsOf = (slots: readonly SlotTimes[]): number | null => {
  const ends = slots.flatMap(({ down }) => down.flatMap(({ toMs }) => (toMs === null ? [] : [toMs])))
  const isUp = ({ down }: SlotTimes, atMs: number) =>
    down.every(({ fromMs, toMs }) => atMs < fromMs || (toMs !== null && atMs >= toMs))
  const candidates = ends.sort((a, b) => a - b)
  return candidates.find((atMs) => slots.every((slot) => begun(slot, atMs) && isUp(slot, atMs))) ?? null
}

/** The first downtime of a slot is the one before it ever ran. */
const begun = ({ down: [first] }: SlotTimes, atMs: number): boolean =>
  first?.toMs !== null && first !== undefined && atMs >= first.toMs

/** Changes of how many slots are down, in order; those at one instant as one. */
const changesOf = (downs: readonly Down[]): [atMs: number, by: number][] => {
  const changes = new Map<number, number>()
  const add = (atMs: number, by: number) => changes.set(atMs, (changes.get(atMs) ?? 0) + by)
  for (const { fromMs, toMs } of downs) {
    add(fromMs, 1)
    if (toMs !== null) add(toMs, -1)
  }
  return [...changes].sort(([a], [b]) => a - b)
}

const sharesOf = (
  downs: readonly Down[],
  replicas: number,
  fromMs: number,
  toMs: number,
): Pick<RehearsedService, 'oneShare' | 'allShare'> => {
  const totalMs = toMs - fromMs
  if (replicas === 0 || totalMs <= 0) return { oneShare: 1, allShare: 1 }
  let [down, lastMs, noneMs, fewerMs] = [0, fromMs, 0, 0]
  for (const [atMs, by] of [...changesOf(downs), [toMs, 0] as const]) {
    if (down > 0) fewerMs += atMs - lastMs
    if (down === replicas) noneMs += atMs - lastMs
    lastMs = atMs
    down += by
  }
  return { oneShare: 1 - noneMs / totalMs, allShare: 1 - fewerMs / totalMs }
}

/** Times in which any slot was down, each with all of its downtimes. */
const outagesOf = (downs: readonly Down[], replicas: number, explain: (down: Down) => Downtime): Outage[] => {
  const outages: Outage[] = []
  const within = (fromMs: number, toMs: number | null, most: number): Outage => ({
    fromMs,
    toMs,
    least: replicas - most,
    slots: downs
      .filter((down) => down.fromMs >= fromMs && (toMs === null || down.fromMs < toMs))
      .sort((a, b) => a.fromMs - b.fromMs || a.slot - b.slot)
      .map(explain),
  })
  let [down, most, fromMs] = [0, 0, 0]
  for (const [atMs, by] of changesOf(downs)) {
    if (down === 0) [fromMs, most] = [atMs, 0]
    down += by
    most = Math.max(most, down)
    if (down === 0) outages.push(within(fromMs, atMs, most))
  }
  if (down > 0) outages.push(within(fromMs, null, most))
  return outages
}

const assignedTo = (facts: readonly Fact[], object: string): FactOf<'assigned'>[] =>
  facts.filter((fact): fact is FactOf<'assigned'> => fact.type === 'assigned' && fact.object === object)

const movesOf = (facts: readonly Fact[], object: string): Move[] => {
  const holders = new Map<number, string>()
  return assignedTo(facts, object).flatMap(({ atMs, slot, task, node, reason }) => {
    const from = holders.get(slot)
    holders.set(slot, node)
    return from === undefined ? [] : [{ atMs, slot, task, from, to: node, reason }]
  })
}

const unplacedOf = (
  facts: readonly Fact[],
  waits: readonly PlaceWait[],
  object: string,
  replicas: number,
): RehearsedService['unplaced'] => {
  const placed = new Set(assignedTo(facts, object).map(({ slot }) => slot))
  return Array.from({ length: replicas }, (_, slot) => slot).flatMap((slot) => {
    // The first reason is the service's own; later ones may be about what happened to the mesh meanwhile.
    const first = waits.find((wait) => wait.object === object && wait.slot === slot)
    return placed.has(slot) || first === undefined ? [] : [{ slot, reason: first.reason }]
  })
}
