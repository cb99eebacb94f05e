import type { HardState, LogEntry } from '../../../protocols/consensus/index.ts'
import type { ConsensusChange, RecordChange } from '../../ports/storage.ts'

/** What a store holds. Log entries are the very objects that were persisted; records are copies. */
export interface Content {
  hardState: HardState | null
  /** Consecutive from 1 on. */
  readonly entries: LogEntry[]
  /** By the name of the collection, then by key. */
  readonly collections: Map<string, Map<string, Uint8Array>>
}

/** What is written as a whole or not at all. */
export type Batch =
  | { readonly type: 'consensus'; readonly change: ConsensusChange }
  | { readonly type: 'records'; readonly name: string; readonly changes: readonly RecordChange[] }

export const blankContent = (): Content => ({ hardState: null, entries: [], collections: new Map() })

export const copyOf = ({ hardState, entries, collections }: Content): Content => ({
  hardState,
  entries: [...entries],
  collections: new Map([...collections].map(([name, records]) => [name, new Map(records)])),
})

const applyChange = (content: Content, { hardState, entries }: ConsensusChange): void => {
  content.hardState = hardState ?? content.hardState
  const [first] = entries
  if (first === undefined) return
  content.entries.length = first.index - 1
  for (const entry of entries) content.entries.push(entry)
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
  else applyRecords(content, batch.name, batch.changes)
}
