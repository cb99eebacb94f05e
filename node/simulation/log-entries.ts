import { equals } from 'uint8arrays'
import { type Configuration, configurationCodec, type LogEntry } from '../../protocols/consensus/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { World } from './observation.ts'
import type { Durable } from './store/index.ts'

/** Most are the very same object, for what is sent in a simulation is shared. */
export const isSameEntry = (a: LogEntry, b: LogEntry): boolean =>
  a === b || (a.index === b.index && a.term === b.term && a.kind === b.kind && equals(a.data, b.data))

/** True when that very entry is on disk, or a snapshot that stands for it. */
export const holds = ({ snapshot, base, entries }: Durable, entry: LogEntry): boolean => {
  if (entry.index <= base.index) return snapshot !== null && entry.index <= snapshot.index
  const kept = entries[entry.index - base.index - 1]
  return kept !== undefined && isSameEntry(kept, entry)
}

/** A configuration, and the index from which on it holds. */
export interface ConfiguredAt {
  readonly index: number
  readonly configuration: Configuration
}

const decoded = new WeakMap<LogEntry, ConfiguredAt>()

/** Entries are shared, and each is looked at on many disks. */
const configuredAt = (entry: LogEntry): ConfiguredAt => {
  const known = decoded.get(entry)
  if (known !== undefined) return known
  const configured = { index: entry.index, configuration: configurationCodec.decode(entry.data) }
  decoded.set(entry, configured)
  return configured
}

/** The configurations on a disk, oldest first: that of the snapshot, then those of the log behind it. */
export const configurationsOn = ({ snapshot, configurations }: Durable): ConfiguredAt[] => {
  const first: ConfiguredAt[] = snapshot === null ? [] : [snapshot]
  const after = snapshot?.index ?? 0
  return [...first, ...configurations.filter(({ index }) => index > after).map(configuredAt)]
}

/** The fencing token of what stands at `index`, as a node has it that applied it. */
export const tokenOn = (world: World, node: NodeId, index: number): number =>
  world.coreOf(node)?.planes.decisions.view.tokenAt(index) ?? index
