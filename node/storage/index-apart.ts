/** What a store holds of intent, read and indexed by a thread of its own while the main thread has other things to do. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { IntentIndex } from '../../crdt/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { storePath } from './data-dir.ts'
import type { FromIndexing } from './index-thread.ts'

const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
const ENTRY = new URL(`./index-thread.${EXTENSION}`, import.meta.url)

export interface IndexingApart {
  /** To be called when the store is open in this thread, which is to hold it open until `stop()` or the index has come. */
  begin(): void
  /** Given once. @throws `storeCorrupt`, `storeUnread` */
  index(): Promise<IntentIndex | null>
  /** Resolves when the thread has ended. */
  stop(): Promise<void>
}

/** Starts the thread, which loads its modules and waits. */
export const indexApart = (dataDir: string): IndexingApart => {
  const unread = (detail: string) => new CoterieError('storeUnread', { path: dataDir, detail })
  let thread: Worker | null = new Worker(ENTRY, {
    workerData: dataDir,
    // Whatever this process was started with, as a profiler, is not meant for the thread.
    execArgv: [],
  })
  let outcome: Promise<IntentIndex> | null = new Promise((resolve, reject) => {
    thread?.once('message', (message: FromIndexing) => {
      if (message.type === 'indexed') resolve(message.index)
      else reject(new CoterieError('storeCorrupt', { path: dataDir, detail: message.detail }))
    })
    thread?.once('error', (error) => reject(unread(error.message)))
    thread?.once('exit', (code) => {
      thread = null
      reject(unread(`the thread that reads it ended with ${code}`))
    })
  })
  // Maybe nobody asks any more.
  outcome.catch(() => undefined)
  return {
    begin: () => thread?.postMessage('begin'),
    index: async () => {
      const given = outcome
      // Who took it shall be the only one who holds it.
      outcome = null
      return given
    },
    stop: async () => {
      await thread?.terminate()
    },
  }
}

/** Bytes of the store's files; 0 where there is none. */
export const storeBytes = async (dataDir: string): Promise<number> => {
  const store = storePath(dataDir)
  const names = await readdir(store).catch(() => [])
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(store, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
