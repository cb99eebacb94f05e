/** Hard state, snapshot and log. What is here was acknowledged, so anything that does not fit together is damage. */
import { Type } from 'typebox'
import type { LogEntry, LogPoint, StoreStamp } from '../../protocols/consensus/index.ts'
import { GenerationSchema } from '../../protocols/generations/index.ts'
import {
  BytesSchema,
  defineMessage,
  FRAME_BYTES_MAX,
  type MessageCodec,
  NodeIdSchema,
} from '../../protocols/wire/index.ts'
import type { ConsensusChange, ConsensusStore, StoredConsensus } from '../ports/storage.ts'
import type { Database, DatabaseChange } from './database.ts'
import { createSnapshotRecords } from './snapshot-records.ts'

const HARD_STATE_KEY = 'consensus/hardState'
const ENTRY_PREFIX = 'consensus/entry/'
/** Digits of the greatest safe integer, so that key order is number order. */
const INDEX_DIGITS = 16

const entryKey = (index: number): string => ENTRY_PREFIX + String(index).padStart(INDEX_DIGITS, '0')
const indexOf = (key: string): number => Number(key.slice(ENTRY_PREFIX.length))

const hardStateCodec = defineMessage(
  'hard state',
  Type.Object({
    term: Type.Integer({ minimum: 0 }),
    votedFor: Type.Union([NodeIdSchema, Type.Null()]),
    commitIndex: Type.Integer({ minimum: 0 }),
    generation: Type.Optional(GenerationSchema),
    supersededBy: Type.Optional(GenerationSchema),
  }),
)

const entryCodec = defineMessage(
  'log entry',
  Type.Object({
    index: Type.Integer({ minimum: 1 }),
    term: Type.Integer({ minimum: 0 }),
    kind: Type.Union([Type.Literal('noop'), Type.Literal('configuration'), Type.Literal('decision')]),
    data: BytesSchema(0, FRAME_BYTES_MAX),
  }),
)

/** The stored log: the entries after `base` up to `lastIndex`. */
interface Extent {
  readonly base: LogPoint
  readonly lastIndex: number
}

const deletions = (from: number, to: number): DatabaseChange[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => ({ key: entryKey(from + at), value: null }))

export const createConsensusStore = (database: Database, stamp: StoreStamp): ConsensusStore => {
  const snapshots = createSnapshotRecords(database)
  /** What is on disk; null until it was looked up. */
  let extent: Extent | null = null
  /** Ends when the write before has: a batch is made for the log that the one before it left. */
  let written: Promise<unknown> = Promise.resolve()

  const parse = <Message>(codec: MessageCodec<Message>, key: string, bytes: Uint8Array): Message => {
    try {
      return codec.decode(bytes)
    } catch (error) {
      throw database.corrupt(`${key} cannot be read: ${(error as Error).message}`)
    }
  }

  const loadEntries = async (base: LogPoint): Promise<LogEntry[]> => {
    const entries: LogEntry[] = []
    for await (const [key, bytes] of database.entries(ENTRY_PREFIX)) {
      const entry = parse(entryCodec, key, bytes)
      const due = base.index + entries.length + 1
      if (entry.index !== due || indexOf(key) !== due) {
        throw database.corrupt(`the log has entry ${indexOf(key)} where ${due} belongs`)
      }
      if (entry.term < (entries.at(-1)?.term ?? base.term)) {
        throw database.corrupt(`the term falls at entry ${due} of the log`)
      }
      entries.push(entry)
    }
    return entries
  }

  const findExtent = async (): Promise<Extent> => {
    const base = await snapshots.base()
    const key = await database.lastKey(ENTRY_PREFIX)
    return { base, lastIndex: key === null ? base.index : indexOf(key) }
  }

  const persist = async ({ hardState, entries, compaction = null }: ConsensusChange): Promise<void> => {
    const before = extent ?? (await findExtent())
    const changes: DatabaseChange[] = []
    let after = before
    if (compaction !== null) {
      const { base } = compaction
      // What lies between was given up: a log that goes back to an older base ends there.
      const goesBack = base.index < before.base.index
      const kept = goesBack ? base.index : Math.min(compaction.lastIndex, before.lastIndex)
      const lastIndex = Math.max(base.index, kept)
      changes.push(...(await snapshots.prepare(compaction)))
      changes.push(...deletions(before.base.index + 1, Math.min(base.index, before.lastIndex)))
      changes.push(...deletions(lastIndex + 1, before.lastIndex))
      after = { base, lastIndex }
    }
    const [first] = entries
    if (first !== undefined) {
      if (first.index > after.lastIndex + 1)
        throw database.refused(`entry ${first.index} would leave a gap after ${after.lastIndex}`)
      if (first.index <= after.base.index)
        throw database.refused(`entry ${first.index} is covered by the log's base ${after.base.index}`)
      const lastIndex = first.index + entries.length - 1
      changes.push(...deletions(lastIndex + 1, after.lastIndex))
      changes.push(
        ...entries.map((entry) => ({ key: entryKey(entry.index), value: entryCodec.encode(entry) })),
      )
      after = { base: after.base, lastIndex }
    }
    if (hardState !== null) changes.push({ key: HARD_STATE_KEY, value: hardStateCodec.encode(hardState) })
    if (changes.length > 0) await database.write(changes)
    extent = after
  }

  const load = async (): Promise<StoredConsensus> => {
    const bytes = await database.get(HARD_STATE_KEY)
    const hardState = bytes === null ? null : parse(hardStateCodec, HARD_STATE_KEY, bytes)
    const compacted = await snapshots.load()
    const { base, snapshot } = compacted ?? { base: { index: 0, term: 0 }, snapshot: { index: 0 } }
    const entries = await loadEntries(base)
    const lastIndex = base.index + entries.length
    const commitIndex = hardState?.commitIndex ?? 0
    if (commitIndex > lastIndex) {
      throw database.corrupt(`entry ${commitIndex} was committed, and the log ends at ${lastIndex}`)
    }
    if (snapshot.index < base.index || snapshot.index > commitIndex) {
      throw database.corrupt(
        `the snapshot at ${snapshot.index} lies outside the committed log, ${base.index} to ${commitIndex}`,
      )
    }
    return { hardState, entries, ...compacted }
  }

  return {
    stamp,
    load,
    snapshotData: snapshots.data,
    persist: (change) => {
      const done = written.then(() => persist(change))
      written = done.catch(() => {})
      return done
    },
  }
}
