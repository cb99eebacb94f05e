/**
 * What a leader knows about one peer, and how far it sends ahead of the peer's replies.
 *
 * After etcd raft's `tracker/progress.go`: `probe` looks for the place where the logs meet, one append at a time;
 * `replicate` keeps a window full; `snapshot` sends pieces of what stands for entries that are gone, a window of them.
 */
import { APPENDS_IN_FLIGHT_MAX, BYTES_IN_FLIGHT_MAX } from './limits.ts'
import type { StoreId, StoreStamp } from './types.ts'

interface Heard {
  /** The store that spoke; null before any did, or where it has none. */
  readonly store: StoreStamp | null
  readonly matchIndex: number
  readonly ackedRound: number
  readonly lastHeardMs: number
}

/** An append with entries that is on its way. */
interface InFlight {
  readonly lastIndex: number
  readonly bytes: number
}

export interface LogProgress extends Heard {
  readonly mode: 'probe' | 'replicate'
  readonly nextIndex: number
  /** Oldest first. */
  readonly inFlight: readonly InFlight[]
}

export interface SnapshotProgress extends Heard {
  readonly mode: 'snapshot'
  /** Which snapshot, and how many bytes of it the peer holds. */
  readonly index: number
  readonly offset: number
  /** Where the pieces that are on their way end. */
  readonly sentOffset: number
  /** When the last of them was sent; null where none was since the peer last said that it holds more. */
  readonly sentMs: number | null
}

export type Progress = LogProgress | SnapshotProgress

const heardOf = ({ store, matchIndex, ackedRound, lastHeardMs }: Heard): Heard => ({
  store,
  matchIndex,
  ackedRound,
  lastHeardMs,
})

/** Where a peer is believed to stand before it said anything: at the end; a refusal corrects that. */
export const newProgress = (lastIndex: number, lastHeardMs: number): Progress => ({
  mode: 'replicate',
  nextIndex: lastIndex + 1,
  store: null,
  matchIndex: 0,
  inFlight: [],
  ackedRound: 0,
  lastHeardMs,
})

/**
 * What is known of a peer that now speaks from `store`; null for a word that does not count: of an earlier life of that
 * store, or of another one while the one before still speaks. What that acknowledged says nothing about this one.
 */
export const spokenFrom = (
  progress: Progress,
  store: StoreStamp | null,
  isSilent: boolean,
): Progress | null => {
  const known = progress.store
  if (known === null) return { ...progress, store }
  if (known.id === store?.id) {
    if (store.boot === known.boot) return progress
    return store.boot < known.boot ? null : { ...progress, store }
  }
  return isSilent ? { ...newProgress(0, progress.lastHeardMs), store } : null
}

/** Whether the peer speaks from the store that is asked for; null: from any. */
export const isFrom = (progress: Progress, store: StoreId | null): boolean =>
  store === null || progress.store?.id === store

/** From now on the peer is sent the snapshot at `index`, from its first byte. */
export const beginSnapshot = (progress: Progress, index: number): SnapshotProgress => ({
  ...heardOf(progress),
  mode: 'snapshot',
  index,
  offset: 0,
  sentOffset: 0,
  sentMs: null,
})

/** The peer's log agrees up to `matchIndex`. A snapshot goes on unless that connects it to a log that begins after `baseIndex`. */
export const advance = (progress: Progress, matchIndex: number, baseIndex: number): Progress => {
  const match = Math.max(progress.matchIndex, matchIndex)
  if (progress.mode === 'snapshot' && match < baseIndex) return { ...progress, matchIndex: match }
  if (progress.mode !== 'replicate')
    return { ...heardOf(progress), matchIndex: match, mode: 'replicate', nextIndex: match + 1, inFlight: [] }
  const { nextIndex, inFlight } = progress
  if (match === progress.matchIndex && inFlight.length === 0) return progress
  return {
    ...progress,
    matchIndex: match,
    nextIndex: Math.max(nextIndex, match + 1),
    inFlight: inFlight.filter(({ lastIndex }) => lastIndex > match),
  }
}

/** The peer refused an append; up to `hint` the logs may agree. To one that is sent a snapshot this is old news. */
export const retreat = (progress: Progress, hint: number): Progress =>
  progress.mode === 'snapshot'
    ? progress
    : {
        ...progress,
        mode: 'probe',
        nextIndex: Math.max(progress.matchIndex + 1, Math.min(progress.nextIndex, hint + 1)),
        inFlight: [],
      }

/** The peer holds `offset` bytes of the snapshot, unless this is no news; fewer than before where it began anew. */
export const holdPieces = (progress: Progress, index: number, offset: number): Progress => {
  if (progress.mode !== 'snapshot' || progress.index !== index || progress.offset === offset) return progress
  const sentOffset = offset < progress.offset ? offset : Math.max(progress.sentOffset, offset)
  return { ...progress, offset, sentOffset, sentMs: null }
}

/** Whether one more append may be sent before the peer replied to the others. */
export const hasRoom = ({ mode, inFlight }: LogProgress): boolean => {
  if (mode === 'probe') return inFlight.length === 0
  const bytes = inFlight.reduce((sum, sent) => sum + sent.bytes, 0)
  return inFlight.length < APPENDS_IN_FLIGHT_MAX && bytes < BYTES_IN_FLIGHT_MAX
}

/** An append with entries up to `lastIndex` went out. A probe stays at its place until it is answered. */
export const sent = (progress: LogProgress, lastIndex: number, bytes: number): LogProgress => ({
  ...progress,
  nextIndex: progress.mode === 'probe' ? progress.nextIndex : lastIndex + 1,
  inFlight: [...progress.inFlight, { lastIndex, bytes }],
})
