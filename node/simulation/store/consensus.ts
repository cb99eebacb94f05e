import type { LogEntry } from '../../../protocols/consensus/index.ts'
import { CoterieError } from '../../../protocols/errors/index.ts'
import type { ConsensusChange, ConsensusStore } from '../../ports/storage.ts'
import type { Content } from './content.ts'
import { refused, SIMULATED_PATH } from './life.ts'
import type { DiskLife } from './types.ts'

const corrupt = (detail: string) => new CoterieError('storeCorrupt', { path: SIMULATED_PATH, detail })

const checkLog = ({ hardState, entries }: Content): void => {
  let last: LogEntry | null = null
  for (const entry of entries) {
    const due: number = (last?.index ?? 0) + 1
    if (entry.index !== due) throw corrupt(`the log has entry ${entry.index} where ${due} belongs`)
    if (entry.term < (last?.term ?? 0)) throw corrupt(`the term falls at entry ${due} of the log`)
    last = entry
  }
  const { commitIndex } = hardState ?? { commitIndex: 0 }
  if (commitIndex > entries.length)
    throw corrupt(`entry ${commitIndex} was committed, and the log ends at ${entries.length}`)
}

/** Hard state and log with the promises of `createConsensusStore` in `node/storage`. */
export const createSimulatedConsensus = (disk: DiskLife): ConsensusStore => {
  /** Ends when the write before has: a batch is made for the log that the one before it left. */
  let written: Promise<unknown> = Promise.resolve()

  const persist = (change: ConsensusChange): Promise<void> => {
    const lastIndex = disk.present().entries.length
    const first = change.entries[0]?.index ?? 1
    if (first > lastIndex + 1)
      return disk.read(() => {
        throw refused(`entry ${first} would leave a gap after ${lastIndex}`)
      })
    if (change.entries.length === 0 && change.hardState === null) return disk.read(() => {})
    return disk.write({ type: 'consensus', change })
  }

  return {
    load: () =>
      disk.read((content) => {
        checkLog(content)
        return { hardState: content.hardState, entries: [...content.entries] }
      }),
    persist: (change) => {
      const done = written.then(() => persist(change))
      written = done.catch(() => {})
      return done
    },
  }
}
