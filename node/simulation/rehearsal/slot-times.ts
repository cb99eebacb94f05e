import type { RehearsalOptions } from '../../../protocols/control/index.ts'
import { serviceKey } from '../../../protocols/spec/index.ts'
import type { Fact } from './facts.ts'
import { replay, type Standing } from './replay.ts'
import { isWorking } from './standing-faults.ts'

/** A time in which a slot did not run, between two facts; both are null where the run began or ended instead. */
export interface SlotDown {
  readonly fromMs: number
  readonly toMs: number | null
  readonly fromFact: number | null
  readonly toFact: number | null
  /** Where it ran before, and after. */
  readonly lost: string | null
  readonly regained: string | null
}

/** A time in which containers of one slot ran on several nodes. */
export interface SlotDouble {
  readonly fromMs: number
  readonly toMs: number | null
  readonly nodes: readonly string[]
}

export interface SlotTimes {
  readonly object: string
  readonly slot: number
  readonly down: readonly SlotDown[]
  readonly doubles: readonly SlotDouble[]
}

interface Draft {
  readonly object: string
  readonly slot: number
  /** Where it runs, in the larger part; null where it does not. */
  node: string | null
  open: { readonly fromMs: number; readonly fromFact: number | null; readonly lost: string | null } | null
  double: { readonly fromMs: number; readonly nodes: readonly string[] } | null
  readonly down: SlotDown[]
  readonly doubles: SlotDouble[]
}

/** When each slot ran and when it did not, from the deployment on. */
export const slotTimesOf = (options: RehearsalOptions, facts: readonly Fact[]): SlotTimes[] => {
  const writtenAt = facts.findIndex(({ type }) => type === 'written')
  const deployMs = facts[writtenAt]?.atMs ?? options.deploy.atMs
  const slots = new Map<string, Draft>()
  for (const { project, name, replicas } of options.services)
    for (let slot = 0; slot < replicas; slot++) {
      const object = serviceKey(project, name)
      const open = { fromMs: deployMs, fromFact: writtenAt === -1 ? null : writtenAt, lost: null }
      slots.set(keyOf(object, slot), { object, slot, node: null, open, double: null, down: [], doubles: [] })
    }
  for (const { at, fact, standing } of replay(options, facts)) {
    if (!STIRRING.has(fact.type)) continue
    const nodes = nodesBySlot(standing)
    for (const [key, slot] of slots) look(slot, nodes.get(key) ?? [], standing, at, fact.atMs)
  }
  for (const slot of slots.values()) {
    if (slot.open !== null) slot.down.push({ ...slot.open, toMs: null, toFact: null, regained: null })
    if (slot.double !== null) slot.doubles.push({ ...slot.double, toMs: null })
  }
  return [...slots.values()]
}

/** What may change where a slot runs. */
const STIRRING: ReadonlySet<Fact['type']> = new Set(['faultBegan', 'faultEnded', 'voters', 'ran', 'ended'])

const keyOf = (object: string, slot: number): string => `${object}#${slot}`

/** The working nodes with a container of each slot. */
const nodesBySlot = ({ containers, slots, faults }: Standing): Map<string, string[]> => {
  const nodes = new Map<string, string[]>()
  for (const [task, node] of containers) {
    const slot = slots.get(task)
    if (slot === undefined || !isWorking(faults, node)) continue
    const key = keyOf(slot.object, slot.slot)
    nodes.set(key, [...(nodes.get(key) ?? []), node])
  }
  return nodes
}

const look = (
  slot: Draft,
  nodes: readonly string[],
  { larger }: Standing,
  at: number,
  atMs: number,
): void => {
  const node = nodes.find((candidate) => larger.has(candidate)) ?? null
  if (node === null && slot.open === null) slot.open = { fromMs: atMs, fromFact: at, lost: slot.node }
  if (node !== null && slot.open !== null) {
    // Where another container took over in the same instant, nothing was down.
    if (atMs > slot.open.fromMs || slot.open.lost === null)
      slot.down.push({ ...slot.open, toMs: atMs, toFact: at, regained: node })
    slot.open = null
  }
  slot.node = node
  lookAtDoubles(slot, [...nodes].sort(), atMs)
}

const lookAtDoubles = (slot: Draft, nodes: readonly string[], atMs: number): void => {
  if (slot.double?.nodes.join() === nodes.join()) return
  if (slot.double !== null && atMs > slot.double.fromMs) slot.doubles.push({ ...slot.double, toMs: atMs })
  slot.double = nodes.length > 1 ? { fromMs: atMs, nodes } : null
}
