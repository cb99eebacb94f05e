/** Hard state and log. What is here was acknowledged, so anything that does not fit together is damage. */
import { Type } from 'typebox'
import type { HardState, LogEntry } from '../../protocols/consensus/index.ts'
import {
  BytesSchema,
  defineMessage,
  FRAME_BYTES_MAX,
  type MessageCodec,
  NodeIdSchema,
} from '../../protocols/wire/index.ts'
import type { ConsensusChange, ConsensusStore } from '../ports/storage.ts'
import type { Database, DatabaseChange } from './database.ts'

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

export const createConsensusStore = (database: Database): ConsensusStore => {
  /** Greatest index on disk; null until it was looked up. */
  let lastIndex: number | null = null
  /** Ends when the write before has: a batch is made for the log that the one before it left. */
  let written: Promise<unknown> = Promise.resolve()

  const parse = <Message>(codec: MessageCodec<Message>, key: string, bytes: Uint8Array): Message => {
    try {
      return codec.decode(bytes)
    } catch (error) {
      throw database.corrupt(`${key} cannot be read: ${(error as Error).message}`)
    }
  }

  const loadEntries = async (): Promise<LogEntry[]> => {
    const entries: LogEntry[] = []
    for await (const [key, bytes] of database.entries(ENTRY_PREFIX)) {
      const entry = parse(entryCodec, key, bytes)
      const due = entries.length + 1
      if (entry.index !== due || indexOf(key) !== due) {
        throw database.corrupt(`the log has entry ${indexOf(key)} where ${due} belongs`)
      }
      if (entry.term < (entries.at(-1)?.term ?? 0)) {
        throw database.corrupt(`the term falls at entry ${due} of the log`)
      }
      entries.push(entry)
    }
    return entries
  }

  const findLastIndex = async (): Promise<number> => {
    const key = await database.lastKey(ENTRY_PREFIX)
    return key === null ? 0 : indexOf(key)
  }

  const persist = async ({ hardState, entries }: ConsensusChange): Promise<void> => {
    lastIndex ??= await findLastIndex()
    const first = entries[0]?.index ?? 1
    if (first > lastIndex + 1) throw database.refused(`entry ${first} would leave a gap after ${lastIndex}`)
    const changes: DatabaseChange[] = entries.map((entry) => ({
      key: entryKey(entry.index),
      value: entryCodec.encode(entry),
    }))
    let last = lastIndex
    if (entries.length > 0) {
      last = (entries.at(-1) as LogEntry).index
      for (let index = last + 1; index <= lastIndex; index++) {
        changes.push({ key: entryKey(index), value: null })
      }
    }
    if (hardState !== null) changes.push({ key: HARD_STATE_KEY, value: hardStateCodec.encode(hardState) })
    if (changes.length > 0) await database.write(changes)
    lastIndex = last
  }

  return {
    load: async () => {
      const bytes = await database.get(HARD_STATE_KEY)
      const hardState: HardState | null = bytes === null ? null : parse(hardStateCodec, HARD_STATE_KEY, bytes)
      const entries = await loadEntries()
      if ((hardState?.commitIndex ?? 0) > entries.length) {
        throw database.corrupt(
          `entry ${hardState?.commitIndex} was committed, and the log ends at ${entries.length}`,
        )
      }
      return { hardState, entries }
    },
    persist: (change) => {
      const done = written.then(() => persist(change))
      written = done.catch(() => {})
      return done
    },
  }
}
