/**
 * The one LevelDB, as the stores above it see it: sealed values, synced batches, coded errors.
 */
import { realpath } from 'node:fs/promises'
import { Level } from 'level'
import { CoterieError } from '../../protocols/errors/index.ts'
import { createBatchWriter } from './batch-writer.ts'
import { storePath } from './data-dir.ts'
import { lockOwner } from './lock-owner.ts'
import { seal, unseal } from './seal.ts'
import { createSmallValues } from './small-values.ts'

export interface DatabaseChange {
  readonly key: string
  /** Null deletes. */
  readonly value: Uint8Array | null
}

export interface Database {
  /** @throws `storeCorrupt` */
  get(key: string): Promise<Uint8Array | null>
  /**
   * The same at once, past the cache: each of the threads that read otherwise has a heap of its own, and what values took there is not
   * given back. @throws `storeCorrupt`, `storeFailed` once it is closed
   */
  getNow(key: string): Uint8Array | null
  /** The same, lent to `use` for as long as that lasts; gives what that gave. Null where there is none. */
  lendNow<Result>(key: string, use: (value: Uint8Array) => Result): Result | null
  /** Keys that begin with `prefix`, in order. @throws `storeCorrupt` */
  entries(prefix: string): AsyncIterable<readonly [key: string, value: Uint8Array]>
  /** The same, as many together as are read from the disk at a time. @throws `storeCorrupt` */
  pages(prefix: string): AsyncIterable<readonly (readonly [key: string, value: Uint8Array])[]>
  /** All keys that begin with `prefix`, in order. */
  keys(prefix: string): Promise<string[]>
  /** The greatest key that begins with `prefix`. */
  lastKey(prefix: string): Promise<string | null>
  /** As a whole or not at all, in the order of asking, and synced. @throws `storeFailed`, and so does every later write */
  write(changes: readonly DatabaseChange[]): Promise<void>
  /** The `storeCorrupt` that says what is wrong with what was read. */
  corrupt(detail: string): CoterieError
  /** The `storeFailed` that says why a write was not made. */
  refused(detail: string): CoterieError
  close(): Promise<void>
}

/** Read from the disk at a time: LevelDB gives 16 KiB, and a hundred thousand records would be thousands of calls. */
const READ_AHEAD_BYTES = 256 * 1024

/**
 * LevelDB's cache of blocks. Who reads again soon remembers it himself, and the system keeps the files; blocks of 4 KiB that come and
 * go among smaller things tear the heap into pieces that are never given back: 40 MB with the usual cache of 8.
 */
const CACHE_BYTES = 1024 * 1024

/**
 * LevelDB's handle is shared by all threads of this process that open the store. The one who opened it first, whose cache it
 * uses, is to close it last.
 */
const SHARED = { valueEncoding: 'view', multithreading: true, cacheSize: CACHE_BYTES } as const

const UNCACHED = { valueEncoding: 'view', fillCache: false } as const

/** Records of one page: to take them over costs some milliseconds. */
const PAGE_RECORDS = 512

/** After every key with `prefix`: the greatest code point there is. */
const range = (prefix: string) => ({ gte: prefix, lt: `${prefix}\u{10ffff}` })

/**
 * Stores that this thread has open. LevelDB's lock is the process's: a second open within the process is refused, but
 * on its way out closes the lock file, and with that lets the lock of the first one go (fcntl(2)).
 */
const openHere = new Set<string>()

/** @throws `dataDirInUse`, `dataDirUnusable`, `storeCorrupt` */
export const openDatabase = async (dataDir: string): Promise<Database> => {
  const corrupt = (detail: string) => new CoterieError('storeCorrupt', { path: dataDir, detail })
  const refused = (detail: string) => new CoterieError('storeFailed', { path: dataDir, detail })
  const unsealed = (key: string, sealed: Uint8Array): Uint8Array => {
    const value = unseal(key, sealed)
    if (value === null) throw corrupt(`the record ${key} is not what was written`)
    return value
  }
  /** A store that is closed while someone reads is no damage. */
  const readError = (error: Error): CoterieError => {
    if (error instanceof CoterieError) return error
    return level.status === 'open' ? corrupt(error.message) : refused('it is closed')
  }
  const path = await realpath(dataDir)
  if (openHere.has(path)) throw new CoterieError('dataDirInUse', { path: dataDir, pid: process.pid })
  openHere.add(path)
  // The constructor begins to open, so nothing may stand between it and its `open()`.
  const level = new Level<string, Uint8Array>(storePath(dataDir), SHARED)
  try {
    await level.open()
  } catch (error) {
    openHere.delete(path)
    throw await openError(dataDir, error)
  }
  const getSealed = (key: string): Uint8Array | undefined => {
    try {
      return level.getSync(key, UNCACHED)
    } catch (error) {
      throw readError(error as Error)
    }
  }
  const lendNow = <Result>(key: string, use: (value: Uint8Array) => Result): Result | null => {
    const sealed = getSealed(key)
    if (sealed === undefined) return null
    try {
      return use(unsealed(key, sealed))
    } finally {
      // Its memory is given back now, and not when garbage is collected.
      ;(sealed.buffer as ArrayBuffer).transfer(0)
    }
  }
  const keep = createSmallValues()
  async function* pages(prefix: string) {
    // Past the cache: whoever reads all comes by once, and keeps what is new in memory.
    const iterator = level.iterator({
      ...range(prefix),
      fillCache: false,
      highWaterMarkBytes: READ_AHEAD_BYTES,
    })
    const read = () => {
      const page = iterator.nextv(PAGE_RECORDS)
      // Whoever waits for it is told; maybe nobody does any more.
      page.catch(() => undefined)
      return page
    }
    try {
      // Each is read, by another thread, while the one before it is taken over.
      for (let next = read(); ; ) {
        const page = await next
        if (page.length === 0) return
        next = read()
        yield page.map(([key, sealed]) => [key, unsealed(key, sealed)] as const)
      }
    } catch (error) {
      throw readError(error as Error)
    } finally {
      await iterator.close()
    }
  }
  let isClosing = false
  const writer = createBatchWriter(async (changes) => {
    const batch = changes.map(({ key, value }) =>
      value === null ? { type: 'del' as const, key } : { type: 'put' as const, key, value },
    )
    await level.batch(batch, { sync: true })
  }, refused)
  return {
    corrupt,
    refused,
    close: async () => {
      isClosing = true
      await writer.idle()
      await level.close()
      openHere.delete(path)
    },
    get: async (key) => {
      const sealed = await level.get(key).catch((error: Error) => {
        throw readError(error)
      })
      return sealed === undefined ? null : unsealed(key, sealed)
    },
    getNow: (key) => lendNow(key, keep),
    lendNow,
    async *entries(prefix) {
      for await (const page of pages(prefix)) yield* page
    },
    pages,
    keys: (prefix) => level.keys(range(prefix)).all(),
    lastKey: async (prefix) => {
      const [key] = await level.keys({ ...range(prefix), reverse: true, limit: 1 }).all()
      return key ?? null
    },
    write: async (changes) => {
      if (isClosing) throw refused('it is closed')
      await writer.write(changes.map(({ key, value }) => ({ key, value: value && seal(key, value) })))
    },
  }
}

const openError = async (dataDir: string, error: unknown): Promise<CoterieError> => {
  const cause = (error as { cause?: Error & { code?: string } }).cause
  const detail = cause?.message ?? (error as Error).message
  switch (cause?.code) {
    case 'LEVEL_LOCKED':
      return new CoterieError('dataDirInUse', { path: dataDir, pid: await lockOwner(storePath(dataDir)) })
    case 'LEVEL_CORRUPTION':
      return new CoterieError('storeCorrupt', { path: dataDir, detail })
    default:
      return new CoterieError('dataDirUnusable', { path: dataDir, detail })
  }
}
