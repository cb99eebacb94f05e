/** Persists entry after entry and prints the index of each that was acknowledged, until it is killed or the code of an error. */

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

try {
  for (let index = entries.length + 1; ; index++) await persist(index)
} catch (error) {
  process.stdout.write(`${isCoterieError(error) ? error.code : error}\n`)
}
