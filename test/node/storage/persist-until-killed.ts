/**
 * Persists entry after entry and prints the index of each that was acknowledged, or the code of the error. After an
 * error it waits for a line, and tries once more for each.
 */
import { createInterface } from 'node:readline'
import { openStore } from '../../../node/storage/index.ts'
import { isCoterieError } from '../../../protocols/errors/index.ts'
import { silentLogger } from '../../support/silent-logger.ts'

const [dataDir = ''] = process.argv.slice(2)
const store = await openStore({ dataDir, logger: silentLogger })
const { entries } = await store.consensus.load()

const persist = async (index: number) => {
  const data = new Uint8Array(2000).fill(index)
  await store.consensus.persist({
    hardState: { term: index, votedFor: null, commitIndex: index },
    entries: [{ index, term: index, kind: 'decision', data }],
  })
  process.stdout.write(`${index}\n`)
}

/** The greatest index that was acknowledged. */
let last = entries.length
/** False after an error. */
const persistNext = async (): Promise<boolean> => {
  try {
    await persist(last + 1)
    last += 1
    return true
  } catch (error) {
    process.stdout.write(`${isCoterieError(error) ? error.code : error}\n`)
    return false
  }
}

while (await persistNext());
for await (const _ of createInterface({ input: process.stdin })) await persistNext()
