import { CoterieError } from '../../../protocols/errors/index.ts'
import type { Settle } from '../settle.ts'
import type { Batch, Content } from './content.ts'
import type { DiskLife } from './types.ts'

/** A read that memory mostly answers, in milliseconds. */
const READ_MS = 0.05
/** Where errors say that the store is. */
export const SIMULATED_PATH = 'the simulated disk'

export const refused = (detail: string): CoterieError =>
  new CoterieError('storeFailed', { path: SIMULATED_PATH, detail })

/** What became of a record on its way to the disk; after a failure no other is written in this life. */
export type WriteOutcome =
  | { readonly type: 'synced' }
  /** Of a record that is torn the next opening finds nothing; of one whose sync failed nobody knows. */
  | { readonly type: 'failed'; readonly how: 'torn' | 'unsure'; readonly detail: string }

/** The disk, as a life sees it. */
export interface Medium {
  readonly content: Content
  after(afterMs: number, task: () => void): unknown
  /** Draws how long the next sync takes, in milliseconds. */
  syncMs(): number
  /** Ends a sync. Null where the life ended in it. */
  sync(batches: readonly Batch[]): WriteOutcome | null
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

export const openLife = (medium: Medium, settle: Settle): OpenLife => {
  let queue: Write[] = []
  let record: readonly Write[] = []
  /** The record is on disk, though nobody was told yet. */
  let isSafe = false
  let failure: { readonly error: CoterieError; readonly unsure: readonly Batch[] } | null = null
  let closing: (() => void) | null = null
  let isClosed = false
  let isEnded = false

  const batchesOf = (writes: readonly Write[]): Batch[] => writes.map(({ batch }) => batch)

  const closeWhenIdle = (): void => {
    if (closing === null || isClosed || record.length > 0) return
    isClosed = true
    medium.closed()
    settle(closing)
  }

  const fail = ({ how, detail }: Extract<WriteOutcome, { type: 'failed' }>): void => {
    failure = { error: refused(detail), unsure: how === 'unsure' ? batchesOf(record) : [] }
  }

  const recordEnded = (): void => {
    if (isEnded) return
    if (failure === null) {
      const outcome = medium.sync(batchesOf(record))
      if (outcome === null || isEnded) return
      if (outcome.type === 'failed') fail(outcome)
    }
    const { error } = failure ?? { error: null }
    for (const write of record) settle(error === null ? write.resolve : () => write.reject(error))
    record = []
    beginRecord()
    closeWhenIdle()
  }

  const beginRecord = (): void => {
    if (record.length > 0 || queue.length === 0) return
    record = queue
    queue = []
    isSafe = false
    medium.after(medium.syncMs(), recordEnded)
  }

  const turn = (task: () => void): void => {
    medium.after(READ_MS, () => {
      if (!isEnded) settle(task)
    })
  }

  return {
    readNow: (take) => {
      if (closing !== null) throw refused('it is closed')
      return take(medium.content)
    },
    read: (take) =>
      new Promise((resolve, reject) => {
        const isLate = closing !== null
        turn(() => {
          try {
            if (isLate) throw refused('it is closed')
            resolve(take(medium.content))
          } catch (error) {
            reject(error)
          }
        })
      }),
    present: () => medium.content,
    write: (batch) =>
      new Promise((resolve, reject) => {
        if (closing !== null) return turn(() => reject(refused('it is closed')))
        queue.push({ batch, resolve, reject })
        beginRecord()
      }),
    close: () =>
      new Promise((resolve) => {
        if (closing !== null) return turn(resolve)
        closing = resolve
        medium.after(READ_MS, closeWhenIdle)
      }),
    unsynced: () => failure?.unsure ?? (isSafe ? [] : batchesOf(record)),
    synced: () => {
      isSafe = true
    },
    end: () => {
      isEnded = true
    },
  }
}
