/** Persists an entry and a snapshot of it, again and again, and prints the index of each snapshot that was acknowledged. */
import { openStore } from '../../../node/storage/index.ts'
import { silentLogger } from '../../support/silent-logger.ts'

/** Three pieces. */
const BYTES = 2_500_000

const [dataDir = ''] = process.argv.slice(2)
const store = await openStore({ dataDir, logger: silentLogger })
const { snapshot } = await store.consensus.load()
const configuration = { voters: ['12D3KooWAAAAAAAAAAAAAAAAAAAA'], votersOutgoing: [], learners: [] }

for (let index = (snapshot?.index ?? 0) + 1; ; index++) {
  const term = index
  await store.consensus.persist({
    hardState: { term, votedFor: null, commitIndex: index },
    entries: [{ index, term, kind: 'decision', data: Uint8Array.of(1) }],
  })
  const data = new Uint8Array(BYTES).fill(index)
  const base = { index, term }
  const compaction = { snapshot: { index, term, configuration, data }, base, lastIndex: index }
  await store.consensus.persist({ hardState: null, entries: [], compaction })
  process.stdout.write(`${index}\n`)
}
