import type { LogEntry } from '../../../protocols/consensus/index.ts'
import { type Decision, decisionCodec } from '../../../protocols/decisions/index.ts'

const decoded = new WeakMap<LogEntry, Decision>()

/** What an entry of decisions says. Entries are shared between the nodes, so that each is read once. */
export const decisionOf = (entry: LogEntry): Decision => {
  const known = decoded.get(entry)
  if (known !== undefined) return known
  const decision = decisionCodec.decode(entry.data)
  decoded.set(entry, decision)
  return decision
}
