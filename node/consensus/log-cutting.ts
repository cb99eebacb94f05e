import { type LogEntry, SNAPSHOT_BYTES_MAX } from '../../protocols/consensus/index.ts'
import type { Logger } from '../ports/logger.ts'
import { type CompactionBounds, createSnapshotTaking, type Taken } from './snapshot-taking.ts'

export interface LogCuttingComponents {
  readonly bounds: CompactionBounds
  readonly logger: Logger
  /** What the log amounts to; null while nobody can tell, a promise where that takes long. */
  snapshot(): Taken | Promise<Taken> | null
  /** Whether one is being sent: whoever gets it would have to begin anew. */
  isSnapshotUnderWay(): boolean
  compact(taken: Taken, keepEntries: number): void
  onFailed(error: Error): void
}

/** Has the log cut off when it is long, one snapshot at a time. */
export interface LogCutting {
  committed(entries: readonly LogEntry[]): void
  /** A snapshot of so many bytes took the place of the log: what is being taken stands for another one. */
  installed(bytes: number): void
  cutIfDue(): void
  /** Now, but for the last `keepEntries`. */
  cut(keepEntries: number): void
}

export const createLogCutting = ({
  bounds,
  logger,
  snapshot,
  isSnapshotUnderWay,
  compact,
  onFailed,
}: LogCuttingComponents): LogCutting => {
  const taking = createSnapshotTaking(bounds)
  /** The one that is being taken. */
  let promised: Promise<Taken> | null = null

  const hand = (taken: Taken, keepEntries: number): void => {
    const bytes = taken.data.byteLength
    taking.taken(bytes)
    if (bytes > SNAPSHOT_BYTES_MAX)
      logger.error({ bytes }, 'too much was decided for a snapshot; the log grows on')
    compact(taken, keepEntries)
  }

  const cut = (keepEntries: number): void => {
    const taken = snapshot()
    if (!(taken instanceof Promise)) {
      if (taken !== null) hand(taken, keepEntries)
      return
    }
    promised = taken
    taken
      .then((kept) => {
        if (promised !== taken) return
        promised = null
        hand(kept, keepEntries)
      })
      .catch(onFailed)
  }

  return {
    committed: taking.committed,
    installed: (bytes) => {
      promised = null
      taking.taken(bytes)
    },
    cutIfDue: () => {
      if (promised === null && taking.isDue() && !isSnapshotUnderWay()) cut(bounds.keepEntries)
    },
    cut,
  }
}
