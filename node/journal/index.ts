/**
 * What daemons log: this node's own lines, those of any other member, copies, and the export. See docs/design/journal.md.
 *
 * Guarantees: to log never waits and never throws; what is kept, read and sent is bounded; no reader and no destination holds the
 * daemon up.
 */
export { Copies } from './copies.ts'
export { isNote, type NodeLinesComponents, type Note, readNodeLines } from './follow-node.ts'
export {
  createJournal,
  type Journal,
  type JournalTotals,
  type ReadLines,
  type ReadOptions,
} from './journal.ts'
export { type Line, tidyLine } from './line.ts'
export type { Selection } from './select.ts'
export { type ServedJournal, serveJournal } from './serve.ts'
export { createShipper, type Shipper, type ShipperState } from './shipper.ts'
export { createMemberExport } from './to-members.ts'
export { urlDestination } from './to-url.ts'
