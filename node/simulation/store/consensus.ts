import type { Snapshot, SnapshotData } from '../../../protocols/consensus/index.ts'
import { CoterieError } from '../../../protocols/errors/index.ts'
import type { ConsensusChange, ConsensusStore, StoredConsensus } from '../../ports/storage.ts'
import { type Content, lastIndexAfter, lastIndexOf } from './content.ts'
import { refused, SIMULATED_PATH } from './life.ts'
import type { DiskLife } from './types.ts'

/** As in `node/storage`: a snapshot is written in pieces of so many bytes, each synced, before what names it. */
const PIECE_BYTES = 1024 * 1024

const corrupt = (detail: string) => new CoterieError('storeCorrupt', { path: SIMULATED_PATH, detail })

/** @throws `storeCorrupt` */
const checkContent = (content: Content): void => {
  const { hardState, snapshot, base, entries } = content
  let last = base
  for (const entry of entries) {
    const due = last.index + 1
    if (entry.index !== due) throw corrupt(`the log has entry ${entry.index} where ${due} belongs`)
    if (entry.term < last.term) throw corrupt(`the term falls at entry ${due} of the log`)
    last = entry
  }
  const commitIndex = hardState?.commitIndex ?? 0
  if (commitIndex > last.index)
    throw corrupt(`entry ${commitIndex} was committed, and the log ends at ${last.index}`)
  if (snapshot !== null && (snapshot.index < base.index || snapshot.index > commitIndex))
    throw corrupt(
      `the snapshot at ${snapshot.index} lies outside the committed log, ${base.index} to ${commitIndex}`,
    )
}

/** Why the change does not go with what is stored; null where it does. */
const refusalOf = (content: Content, { entries, compaction }: ConsensusChange): string | null => {
  const [first] = entries
  if (first === undefined) return null
  const base = compaction?.base.index ?? content.base.index
  const last = compaction ? lastIndexAfter(content, compaction) : lastIndexOf(content)
  if (first.index > last + 1) return `entry ${first.index} would leave a gap after ${last}`
  return first.index <= base ? `entry ${first.index} is covered by the log's base ${base}` : null
}

/** Hard state, snapshot and log with the promises of `createConsensusStore` in `node/storage`. */
export const createSimulatedConsensus = (disk: DiskLife): ConsensusStore => {
  /** Ends when the write before has: a batch is made for the log that the one before it left. */
  let written: Promise<unknown> = Promise.resolve()

  const persist = async (change: ConsensusChange): Promise<void> => {
    const bytes = change.compaction?.snapshot.data.byteLength ?? 0
    for (let piece = 0; piece * PIECE_BYTES < bytes; piece++) await disk.write({ type: 'piece' })
    const refusal = refusalOf(disk.present(), change)
    if (refusal !== null)
      return disk.read(() => {
        throw refused(refusal)
      })
    const { hardState, entries, compaction = null } = change
    if (hardState === null && entries.length === 0 && compaction === null) return disk.read(() => {})
    return disk.write({ type: 'consensus', change })
  }

  const stored = ({ hardState, snapshot, base, entries }: Content): StoredConsensus => ({
    hardState,
    entries: [...entries],
    ...(snapshot !== null && { snapshot, base }),
  })

  const snapshotData = ({ index, data: { byteLength } }: Snapshot): SnapshotData => ({
    byteLength,
    subarray: (begin, end) => {
      const { snapshot } = disk.readNow((content) => content)
      if (snapshot?.index !== index) throw corrupt(`the snapshot at ${index} is not there any more`)
      return snapshot.data.subarray(begin, end)
    },
  })

  return {
    stamp: disk.present().stamp,
    snapshotData,
    load: () =>
      disk.read((content) => {
        checkContent(content)
        return stored(content)
      }),
    persist: (change) => {
      const done = written.then(() => persist(change))
      written = done.catch(() => {})
      return done
    },
  }
}
