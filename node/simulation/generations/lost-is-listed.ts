import type { LogEntry } from '../../../protocols/consensus/index.ts'
import { type Generation, isNewer, numberOf } from '../../../protocols/generations/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import { isSameEntry } from '../log-entries.ts'
import type { CreateChecker } from '../observation.ts'
import { generationOn, keyOf } from './generation-on.ts'

type Log = Map<number, LogEntry>

/** Digits in the keys of what is set aside. */
const DIGITS = 16
const padded = (number: number): string => String(number).padStart(DIGITS, '0')

/**
 * What was committed in a generation, and is not in the log that the next one went on from, is set aside by everybody who
 * has it in its log and leaves that generation.
 */
export const createLostIsListed: CreateChecker = (world) => {
  const generations = new Map<NodeId, Generation | null>()
  const logs = new Map<NodeId, Log>()
  /** By generation, what anybody knew to be committed. */
  const committed = new Map<string, Log>()
  /** By the generation that was left, the logs that others went on with. */
  const heirs = new Map<string, readonly Log[]>()

  const logOf = (node: NodeId): Log => {
    const log: Log = logs.get(node) ?? new Map()
    logs.set(node, log)
    return log
  }

  const write = (node: NodeId, entries: readonly LogEntry[]): void => {
    const log = logOf(node)
    const first = entries[0]?.index ?? Number.POSITIVE_INFINITY
    for (const index of [...log.keys()]) if (index >= first) log.delete(index)
    for (const entry of entries) log.set(entry.index, entry)
    // Of what was cut off the sum is set aside.
    const { base } = world.durableOf(node)
    for (const index of [...log.keys()]) if (index <= base.index) log.delete(index)
  }

  const inherit = (left: Generation | null, entries: Iterable<LogEntry>): void => {
    const log: Log = new Map(Array.from(entries, (entry) => [entry.index, entry]))
    heirs.set(keyOf(left), [...(heirs.get(keyOf(left)) ?? []), log])
  }

  /** A committed decision that this log had, that no log has which this generation was continued from, and that was not set aside. */
  const missingOn = (node: NodeId, left: Generation | null): number | null => {
    const key = keyOf(left)
    const durable = world.durableOf(node)
    const all = heirs.get(key) ?? []
    for (const entry of committed.get(key)?.values() ?? []) {
      const own = logs.get(node)?.get(entry.index)
      if (own === undefined || !isSameEntry(own, entry) || entry.kind !== 'decision') continue
      const isInherited = all.some((log) => {
        const kept = log.get(entry.index)
        return kept === undefined ? entry.index < Math.min(...log.keys()) : isSameEntry(kept, entry)
      })
      const isHeld = durable.holds('generations', `decision/${padded(numberOf(left))}/${padded(entry.index)}`)
      if (!isInherited && !isHeld) return entry.index
    }
    return null
  }

  return {
    name: 'lost-is-listed',
    sees: ['started', 'committed', 'stored'],
    judge: (observation) => {
      if (observation.type === 'started') {
        // What was written when the life before ended, nobody saw.
        const { node } = observation
        const { entries, hardState } = world.durableOf(node)
        const before = generations.get(node) ?? null
        if (isNewer(hardState?.generation ?? null, before) && entries.length > 0) inherit(before, entries)
        logs.set(node, new Map(entries.map((entry) => [entry.index, entry])))
        generations.set(node, hardState?.generation ?? null)
      }
      if (observation.type === 'committed') {
        const key = keyOf(generationOn(world, observation.node))
        const log: Log = committed.get(key) ?? new Map()
        committed.set(key, log)
        for (const entry of observation.entries) log.set(entry.index, entry)
      }
      if (observation.type !== 'stored') return null
      const { node, hardState, entries } = observation
      const before = generations.get(node) ?? null
      const after = hardState === null ? before : (hardState.generation ?? null)
      generations.set(node, after)
      if (!isNewer(after, before)) {
        write(node, entries)
        return null
      }
      if (entries.length > 0) {
        // It goes on itself, with the log that it has.
        write(node, entries)
        inherit(before, logOf(node).values())
        return null
      }
      const missing = missingOn(node, before)
      logs.delete(node)
      return missing === null
        ? null
        : `${node} left generation ${numberOf(before)} without setting its decision ${missing} aside`
    },
  }
}
