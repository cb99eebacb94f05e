import { CoterieError } from '../../../protocols/errors/index.ts'
import { type Batch, bytesOf, type Content } from './content.ts'
import type { DiskLife, Settle } from './types.ts'

/** What is added to the first batch of a record, in bytes; LevelDB's own bound. */
const RECORD_GROWTH_BYTES_MAX = 128 * 1024
/** Batches in one record: as many as Node has threads that write (libuv's default). */
const RECORD_BATCHES_MAX = 4
/** A read that memory mostly answers, in milliseconds. */
const READ_MS = 0.05
/** Where errors say that the store is. */
export const SIMULATED_PATH = 'the simulated disk'

export const refused = (detail: string): CoterieError =>
  new CoterieError('storeFailed', { path: SIMULATED_PATH, detail })

/** What the disk does with a record that is on its way. */
export type SyncOutcome =
  /** It is safe. */
  | { readonly type: 'synced' }
  /** It is not on disk, and the store goes on. */
  | { readonly type: 'refused'; readonly detail: string }
  /** Nobody knows, so the store writes no more. */
  | { readonly type: 'unsure'; readonly detail: string }

/** The disk, as a life sees it. */
export interface Medium {
  readonly content: Content
  after(afterMs: number, task: () => void): unknown
  /** Draws how long the next sync takes, in milliseconds. */
  syncMs(): number
  /** Ends a sync. Null where the life ended in it. */
  sync(batches: readonly Batch[]): SyncOutcome | null
  /** All writes have ended, and another life may open the disk. */
  closed(): void
}

interface Write {
  readonly batch: Batch
  resolve(): void
  reject(error: CoterieError): void
}

/** What a crash must know of a life. */
export interface OpenLife extends DiskLife {
  /** In the log and not known to be synced. */
  unsynced(): readonly Batch[]
  /** The record is safe, though nobody was told yet. */
  synced(): void
  /** Nothing that it waits for settles any more. */
  end(): void
}

/** The batches that one record takes from the queue. */
const takeRecord = (queue: Write[]): Write[] => {
  let bytes = 0
  let count = 0
  for (const { batch } of queue) {
    bytes += bytesOf(batch)
    if (count > 0 && (bytes > RECORD_GROWTH_BYTES_MAX || count === RECORD_BATCHES_MAX)) break
    count += 1
  }
  return queue.splice(0, count)
}

export const openLife = (medium: Medium, settle: Settle): OpenLife => {
  const queue: Write[] = []
  let record: readonly Write[] = []
  let isSafe = false
  /** The record whose sync failed, and how; nothing is written after it. */
  let unsure: { readonly batches: readonly Batch[]; readonly detail: string } | null = null
  let closing: (() => void) | null = null
  let isEnded = false

  const batchesOf = (writes: readonly Write[]): Batch[] => writes.map(({ batch }) => batch)

  const whenIdle = (): void => {
    if (closing === null || record.length > 0 || queue.length > 0) return
    medium.closed()
    settle(closing)
  }

  const syncEnded = (): void => {
    if (isEnded) return
    const writes = record
    const outcome: SyncOutcome | null =
      unsure === null ? medium.sync(batchesOf(writes)) : { type: 'refused', detail: unsure.detail }
    if (outcome === null || isEnded) return
    record = []
    if (outcome.type === 'unsure') unsure = { batches: batchesOf(writes), detail: outcome.detail }
    for (const write of writes) {
      if (outcome.type === 'synced') settle(write.resolve)
      else settle(() => write.reject(refused(outcome.detail)))
    }
    beginRecord()
    whenIdle()
  }

  const beginRecord = (): void => {
    if (isEnded || record.length > 0 || queue.length === 0) return
    record = takeRecord(queue)
    isSafe = false
    medium.after(medium.syncMs(), syncEnded)
  }

  const turn = (task: () => void): void => {
    medium.after(READ_MS, () => {
      if (!isEnded) settle(task)
    })
  }

  return {
    read: (take) =>
      new Promise((resolve, reject) => {
        const isClosed = closing !== null
        turn(() => {
          try {
            if (isClosed) throw refused('it is closed')
            resolve(take(medium.content))
          } catch (error) {
            reject(error)
          }
        })
      }),
    present: () => medium.content,
    write: (batch) =>
      new Promise((resolve, reject) => {
        if (closing !== null) return turn(() => reject(refused('Database is not open')))
        queue.push({ batch, resolve, reject })
        beginRecord()
      }),
    close: () =>
      new Promise((resolve) => {
        const isClosed = closing !== null
        closing ??= resolve
        turn(isClosed ? resolve : whenIdle)
      }),
    unsynced: () => unsure?.batches ?? (isSafe ? [] : batchesOf(record)),
    synced: () => {
      isSafe = true
    },
    end: () => {
      isEnded = true
    },
  }
}
