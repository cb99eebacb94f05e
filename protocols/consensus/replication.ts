/** What a leader sends: to every peer what it lacks, as far as the peer's window allows. */
import type { NodeId } from '../wire/index.ts'
import { SNAPSHOT_BYTES_IN_FLIGHT_MAX } from './limits.ts'
import { boundedSlice } from './log.ts'
import {
  beginSnapshot,
  hasRoom,
  type LogProgress,
  type Progress,
  type SnapshotProgress,
  sent,
} from './progress.ts'
import { pieceAt } from './receipt.ts'
import type { LeaderState } from './state.ts'
import { sendTo, type Turn } from './turn.ts'
import type { LogEntry, Snapshot } from './types.ts'

/** Election time-outs after which a piece of a snapshot counts as lost: a slow link takes a second for it. */
const PIECE_ELECTIONS = 3

const sendAppend = (turn: Turn, to: NodeId, prevIndex: number, entries: readonly LogEntry[]): void => {
  const { log, term, commitIndex, round } = turn.state as LeaderState
  const prevTerm = log.termAt(prevIndex) ?? 0
  sendTo(turn, to, { type: 'append', term, prevIndex, prevTerm, entries, commitIndex, round })
}

const sendEntries = (turn: Turn, peer: NodeId, known: LogProgress): LogProgress => {
  const { log, appends } = turn.state
  let progress = known
  while (progress.nextIndex <= log.lastIndex && hasRoom(progress)) {
    const entries = boundedSlice(log, progress.nextIndex, log.lastIndex, appends)
    sendAppend(turn, peer, progress.nextIndex - 1, entries)
    const bytes = entries.reduce((sum, { data }) => sum + data.byteLength, 0)
    progress = sent(progress, progress.nextIndex + entries.length - 1, bytes)
  }
  return progress
}

/**
 * Sends the pieces that there is room for, from what the peer holds on where nothing came of those before; nothing to a
 * peer that is silent, which the heartbeats will find out.
 */
const sendPieces = (turn: Turn, peer: NodeId, snapshot: Snapshot, known: SnapshotProgress): Progress => {
  const { state, env } = turn
  const { electionMs } = state.timings
  if (env.nowMs - known.lastHeardMs >= electionMs) return known
  const isLost = known.sentMs !== null && env.nowMs - known.sentMs >= PIECE_ELECTIONS * electionMs
  const end = Math.min(snapshot.data.byteLength, known.offset + SNAPSHOT_BYTES_IN_FLIGHT_MAX)
  let sentOffset = isLost ? known.offset : known.sentOffset
  // An empty snapshot is one piece too.
  let isDue = sentOffset < end || (end === 0 && (isLost || known.sentMs === null))
  if (!isDue) return known.sentMs === null ? { ...known, sentMs: env.nowMs } : known
  while (isDue) {
    const piece = pieceAt(snapshot, sentOffset)
    sendTo(turn, peer, { type: 'snapshotPiece', term: state.term, piece })
    sentOffset += piece.data.byteLength
    isDue = sentOffset < end
  }
  return { ...known, sentOffset, sentMs: env.nowMs }
}

const replicate = (turn: Turn, peer: NodeId, known: Progress): Progress => {
  const { snapshot, log } = turn.state
  if (known.mode !== 'snapshot' && known.nextIndex > log.base.index) return sendEntries(turn, peer, known)
  if (snapshot === null) throw new RangeError(`nothing stands for the log up to ${log.base.index}`)
  const isBegun = known.mode === 'snapshot' && known.index === snapshot.index
  return sendPieces(turn, peer, snapshot, isBegun ? known : beginSnapshot(known, snapshot.index))
}

/** A heartbeat. It stands where the peer's log goes on, or, for one that waits for a snapshot, where all logs agree. */
const sendBeat = (turn: Turn, peer: NodeId, progress: Progress): void =>
  sendAppend(turn, peer, progress.mode === 'snapshot' ? 0 : progress.nextIndex - 1, [])

/** Every peer gets what it lacks; who lacks nothing still hears of a round, and of a commit while it is keeping up. */
export const broadcast = (turn: Turn, leader: LeaderState): void => {
  const hasCommitted = leader.commitIndex > turn.before.commitIndex
  const moved: [NodeId, Progress][] = []
  for (const [peer, known] of leader.progress) {
    const progress = replicate(turn, peer, known)
    if (progress !== known) moved.push([peer, progress])
    const isTold = progress !== known && progress.mode !== 'snapshot'
    if (isTold) continue
    if (turn.heartbeat || (hasCommitted && progress.mode === 'replicate')) sendBeat(turn, peer, progress)
  }
  if (moved.length > 0) turn.state = { ...leader, progress: new Map([...leader.progress, ...moved]) }
}
