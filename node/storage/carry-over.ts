/**
 * What stands for itself is taken out of the copy of a damaged store, into a new one. It runs in a process of its own
 * (`carry-over-process.ts`): LevelDB ends the whole process where it meets what it never wrote.
 */
import { Level } from 'level'
import { collectionPrefix } from './record-store.ts'
import { unseal } from './seal.ts'
import { FORMAT_KEY } from './store-format.ts'

/** The types of `level` leave out what only LevelDB itself has. */
const { repair } = Level as unknown as { repair(location: string): Promise<void> }

/** Records in one write to the new store. */
const BATCH_RECORDS = 500

export interface CarryOverTask {
  readonly copy: string
  readonly made: string
  readonly kept: readonly string[]
  /** Whether LevelDB repairs the copy before it is read. */
  readonly repairs: boolean
}

export interface CarryOverHearer {
  /** So many records are in the new store by now, synced. */
  onCarried(records: number): void
  /** Something could not be read; the rest is. */
  onUnread(detail: string): void
}

/** Writes what can be read of the copy into a new store. Rejects where that one cannot be written. */
export const carryOver = async (task: CarryOverTask, hearer: CarryOverHearer): Promise<void> => {
  const target = new Level<string, Uint8Array>(task.made, { valueEncoding: 'view' })
  await target.open()
  let records = 0
  try {
    let batch: { type: 'put'; key: string; value: Uint8Array }[] = []
    const flush = async () => {
      await target.batch(batch, { sync: true })
      records += batch.filter(({ key }) => key !== FORMAT_KEY).length
      batch = []
      hearer.onCarried(records)
    }
    for await (const [key, value] of readable(task, hearer.onUnread)) {
      if (batch.push({ type: 'put', key, value }) === BATCH_RECORDS) await flush()
    }
    await flush()
  } finally {
    await target.close()
  }
}

/** The sound records of the copy, up to where it can be read. */
async function* readable(
  { copy, kept, repairs }: CarryOverTask,
  onUnread: CarryOverHearer['onUnread'],
): AsyncGenerator<[key: string, sealed: Uint8Array]> {
  const told = (error: unknown) => onUnread(String((error as Error).cause ?? error))
  try {
    if (repairs) await repair(copy)
  } catch (error) {
    told(error)
  }
  const source = new Level<string, Uint8Array>(copy, { valueEncoding: 'view', createIfMissing: false })
  try {
    await source.open()
  } catch (error) {
    return told(error)
  }
  try {
    // Records of a format that nobody knows would be read as those of the first one.
    const format = await source.get(FORMAT_KEY).catch(() => undefined)
    if (format === undefined || unseal(FORMAT_KEY, format) === null)
      return told(new Error('it does not say its format any more'))
    yield [FORMAT_KEY, format]
    for (const name of kept) {
      const prefix = collectionPrefix(name)
      const range = { gte: prefix, lt: `${prefix}\u{10ffff}` }
      try {
        for await (const [key, sealed] of source.iterator(range))
          if (unseal(key, sealed) !== null) yield [key, sealed]
      } catch (error) {
        told(error)
      }
    }
  } finally {
    await source.close()
  }
}
