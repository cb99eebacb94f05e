/** Persists entry after entry and prints the index of each that was acknowledged, until it is killed. */
import { openStore } from '../../../node/storage/index.ts'
import { silentLogger } from '../../support/silent-logger.ts'

const [dataDir = ''] = process.argv.slice(2)
const store = await openStore({ dataDir, logger: silentLogger })
const { entries } = await store.consensus.load()
for (let index = entries.length + 1; ; index++) {
  const data = new Uint8Array(2000).fill(index)
  await store.consensus.persist({
    hardState: { term: index, votedFor: null, commitIndex: index },
    entries: [{ index, term: index, kind: 'decision', data }],
  })
  process.stdout.write(`${index}\n`)
}
