import type { HardState, LogEntry } from '../../protocols/consensus/index.ts'

/** What a node has on its disk. */
export interface Durable {
  readonly hardState: HardState | null
  readonly entries: readonly LogEntry[]
}

export const EMPTY: Durable = { hardState: null, entries: [] }

/** What the disk holds after a change: new entries replace whatever stood from the first one's index on. */
export const applyChange = (durable: Durable, change: Durable): Durable => {
  const first = change.entries[0]
  return {
    hardState: change.hardState ?? durable.hardState,
    entries:
      first === undefined
        ? durable.entries
        : [...durable.entries.filter((entry) => entry.index < first.index), ...change.entries],
  }
}

export const isSameEntry = (a: LogEntry, b: LogEntry): boolean =>
  a.index === b.index &&
  a.term === b.term &&
  a.kind === b.kind &&
  a.data.length === b.data.length &&
  a.data.every((byte, at) => byte === b.data[at])

/** True when the disk holds that very entry. */
export const holds = (durable: Durable, entry: LogEntry): boolean => {
  const first = durable.entries[0]
  const kept = first === undefined ? undefined : durable.entries[entry.index - first.index]
  return kept !== undefined && isSameEntry(kept, entry)
}
