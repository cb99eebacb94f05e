import type {
  Compaction,
  HardState,
  LogEntry,
  LogPoint,
  Snapshot,
  StoreId,
  StoreStamp,
} from '../../../protocols/consensus/index.ts'
import type { ConsensusChange, RecordChange } from '../../ports/storage.ts'

/** What a store holds. Log entries and the snapshot are the very objects that were persisted; records are copies. */
export interface Content {
  /** Which store this is, and how often it was opened. */
  stamp: StoreStamp
  hardState: HardState | null
  snapshot: Snapshot | null
  /** The place after which the entries begin. */
  base: LogPoint
  /** Consecutive. */
  readonly entries: LogEntry[]
  /** Those of the entries that are configurations: asked for at every vote and commit, and few. */
  configurations: readonly LogEntry[]
  /** By the name of the collection, then by key. */
  readonly collections: Map<string, Map<string, Uint8Array>>
}

/** What is written as a whole or not at all. */
export type Batch =
  | { readonly type: 'consensus'; readonly change: ConsensusChange }
  | { readonly type: 'records'; readonly name: string; readonly changes: readonly RecordChange[] }
  /** A piece of a snapshot that nothing names yet: it takes time, and nobody sees it. */
  | { readonly type: 'piece' }

export const lastIndexOf = ({ base, entries }: Pick<Content, 'base' | 'entries'>): number =>
  base.index + entries.length

export const blankContent = (id: StoreId): Content => ({
  stamp: { id, boot: 0 },
  hardState: null,
  snapshot: null,
  base: { index: 0, term: 0 },
  entries: [],
  configurations: [],
  collections: new Map(),
})

export const copyOf = (content: Content): Content => ({
  ...content,
  entries: [...content.entries],
  collections: new Map([...content.collections].map(([name, records]) => [name, new Map(records)])),
})

/** Keeps the entries after `from`, up to `to`. */
const cut = (content: Content, from: number, to: number): void => {
  const { base, entries } = content
  entries.length = Math.max(0, Math.min(entries.length, to - base.index))
  if (from > base.index) entries.splice(0, from - base.index)
  content.configurations = content.configurations.filter(({ index }) => index > from && index <= to)
}

/** Where the log ends after it. One that goes back to an older base ends there: what lies between was given up. */
export const lastIndexAfter = (content: Content, { base, lastIndex }: Compaction): number =>
  base.index < content.base.index
    ? base.index
    : Math.max(base.index, Math.min(lastIndex, lastIndexOf(content)))

const applyCompaction = (content: Content, compaction: Compaction): void => {
  const { snapshot, base } = compaction
  cut(content, base.index, lastIndexAfter(content, compaction))
  content.snapshot = snapshot
  content.base = base
}

/** The compaction comes first, then the entries, as in `ConsensusChange`. */
const applyChange = (content: Content, { hardState, entries, compaction }: ConsensusChange): void => {
  content.hardState = hardState ?? content.hardState
  if (compaction) applyCompaction(content, compaction)
  const [first] = entries
  if (first === undefined) return
  cut(content, 0, first.index - 1)
  for (const entry of entries) {
    content.entries.push(entry)
    if (entry.kind === 'configuration') content.configurations = [...content.configurations, entry]
  }
}

const applyRecords = (content: Content, name: string, changes: readonly RecordChange[]): void => {
  const records = content.collections.get(name) ?? new Map<string, Uint8Array>()
  content.collections.set(name, records)
  for (const { key, value } of changes) {
    if (value === null) records.delete(key)
    else records.set(key, value)
  }
}

/** Changes `content` itself: a log is long, and a batch is short. */
export const applyBatch = (content: Content, batch: Batch): void => {
  if (batch.type === 'consensus') applyChange(content, batch.change)
  if (batch.type === 'records') applyRecords(content, batch.name, batch.changes)
}
