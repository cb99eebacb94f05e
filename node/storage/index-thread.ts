/**
 * The thread of one indexing: started by `index-apart.ts`, with the data directory as its data, and begins when it is told that the store is
 * open. Its modules are few, so that it is up before that: hence no face of `crdt`, which brings Yjs and the wire's codecs.
 */
import { hash, randomInt } from 'node:crypto'
import { once } from 'node:events'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import {
  buffersOf,
  type Indexing,
  type IntentIndex,
  indexRegisters,
  indexRevisions,
} from '../../crdt/stored-index.ts'
import { isCoterieError } from '../../protocols/errors/index.ts'
import { type Database, openDatabase } from './database.ts'
import { collectionPrefix } from './record-store.ts'

/** The one thing that it tells whoever started it; one that ends before has died. */
export type FromIndexing =
  | { readonly type: 'indexed'; readonly index: IntentIndex }
  | { readonly type: 'damaged'; readonly detail: string }

const SEEDS = 2 ** 32

const sha256 = (bytes: Uint8Array): Uint8Array => hash('sha256', bytes, 'buffer')

const indexAll = async (database: Database, collection: string, indexing: Indexing) => {
  const prefix = collectionPrefix(collection)
  for await (const page of database.pages(prefix))
    for (const [key, bytes] of page) indexing.take(key.slice(prefix.length), bytes)
  return indexing.end()
}

const port = parentPort as MessagePort
await once(port, 'message')
const database = await openDatabase(workerData as string)
try {
  const revisions = await indexAll(database, 'revisions', indexRevisions())
  const registers = await indexAll(database, 'registers', indexRegisters(sha256, randomInt(SEEDS)))
  const indexed: FromIndexing = { type: 'indexed', index: { revisions, registers } }
  port.postMessage(indexed, [...buffersOf(revisions), ...buffersOf(registers)])
} catch (error) {
  if (!isCoterieError(error, 'storeCorrupt')) throw error
  const damaged: FromIndexing = { type: 'damaged', detail: error.data.detail }
  port.postMessage(damaged)
} finally {
  await database.close()
}
