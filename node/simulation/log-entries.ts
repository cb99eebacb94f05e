import type { LogEntry } from '../../protocols/consensus/index.ts'

/** Most are the very same object, for what is sent in a simulation is shared. */
export const isSameEntry = (a: LogEntry, b: LogEntry): boolean =>
  a === b ||
  (a.index === b.index &&
    a.term === b.term &&
    a.kind === b.kind &&
    a.data.length === b.data.length &&
    a.data.every((byte, at) => byte === b.data[at]))

/** True when the log holds that very entry. */
export const holds = (entries: readonly LogEntry[], entry: LogEntry): boolean => {
  const [first] = entries
  const kept = first === undefined ? undefined : entries[entry.index - first.index]
  return kept !== undefined && isSameEntry(kept, entry)
}
