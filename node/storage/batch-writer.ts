/**
 * The order of writes, and their end at the first that fails.
 *
 * One batch is under way at a time; those that wait meanwhile go together as the next, and share its sync. LevelDB would
 * do the same across threads, but in an order of its own, and after an append that failed (a full disk) it writes on
 * behind the torn record: measured, all that was acknowledged from then on could not be read at the next opening.
 */
import type { CoterieError } from '../../protocols/errors/index.ts'
import type { DatabaseChange } from './database.ts'

export interface BatchWriter {
  /** As a whole or not at all, after all that was written before. @throws `storeFailed`, and so does every later write */
  write(changes: readonly DatabaseChange[]): Promise<void>
  /** Resolves when nothing is under way or waits. */
  idle(): Promise<void>
}

interface WaitingWrite {
  readonly changes: readonly DatabaseChange[]
  resolve(): void
  reject(error: CoterieError): void
}

/** `writeBatch` syncs; `refused` says why it did not. */
export const createBatchWriter = (
  writeBatch: (changes: readonly DatabaseChange[]) => Promise<void>,
  refused: (detail: string) => CoterieError,
): BatchWriter => {
  let waiting: WaitingWrite[] = []
  let failure: CoterieError | null = null
  let writing: Promise<void> | null = null

  const writeTogether = async (writes: readonly WaitingWrite[]): Promise<void> => {
    try {
      if (failure === null) await writeBatch(writes.flatMap(({ changes }) => changes))
    } catch (error) {
      failure = refused((error as Error).message)
    }
    for (const { resolve, reject } of writes) {
      if (failure === null) resolve()
      else reject(failure)
    }
  }

  const writeAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const writes = waiting
      waiting = []
      await writeTogether(writes)
    }
    writing = null
  }

  return {
    write: (changes) =>
      new Promise((resolve, reject) => {
        waiting.push({ changes, resolve, reject })
        writing ??= writeAll()
      }),
    idle: async () => {
      await writing
    },
  }
}
