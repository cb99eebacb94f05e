/** A snapshot in place of the log's beginning: taken here, sent by the leader, or learned by following. */
import type { NodeId } from '../wire/index.ts'
import type { PlacedConfiguration } from './configuration.ts'
import { becomeFollower } from './following.ts'
import { SNAPSHOT_BYTES_MAX } from './limits.ts'
import { Log } from './log.ts'
import { completed, takePiece } from './receipt.ts'
import { type ConsensusState, type FollowerState, leaderOf, termMax } from './state.ts'
import { replyTo, type Turn } from './turn.ts'
import type { ConsensusEvent, ConsensusMessage, Snapshot, SnapshotData } from './types.ts'

type Compact = Extract<ConsensusEvent, { type: 'compact' }>
type Piece = Extract<ConsensusMessage, { type: 'snapshotPiece' }>

/** The configurations after the one that holds at `index`, and that one first. */
const configurationsFrom = (
  configurations: readonly PlacedConfiguration[],
  index: number,
): readonly PlacedConfiguration[] =>
  configurations.slice(configurations.findLastIndex((placed) => placed.index <= index))

/**
 * What a snapshot of the log up to `index` says beside its data; null where that is not committed here, or lies before what this
 * machine can tell.
 */
export const placeAt = (state: ConsensusState, index: number): Omit<Snapshot, 'data'> | null => {
  const term = state.log.termAt(index)
  const [placed] = configurationsFrom(state.configurations, index)
  if (term === null || index > state.commitIndex || placed === undefined || placed.index > index) return null
  return { index, term, configuration: placed.configuration }
}

/** Takes the caller's own snapshot. One that is not committed here, not newer, or too large changes nothing. */
export const handleCompact = (turn: Turn, { index, data, keepEntries }: Compact): void => {
  const { state } = turn
  const term = state.log.termAt(index)
  if (term === null || index > state.commitIndex || index <= (state.snapshot?.index ?? 0)) return
  if (data.byteLength > SNAPSHOT_BYTES_MAX) return
  const configurations = configurationsFrom(state.configurations, index)
  const [{ configuration }] = configurations as [PlacedConfiguration]
  turn.state = {
    ...state,
    snapshot: { index, term, configuration, data },
    log: state.log.after(Math.max(state.log.base.index, index - keepEntries)),
    configurations,
  }
}

/** The same machine, which has the bytes of its snapshot from `data` from now on: they are the same. */
export const withSnapshotData = (state: ConsensusState, data: SnapshotData): ConsensusState =>
  state.snapshot === null ? state : { ...state, snapshot: { ...state.snapshot, data } }

/**
 * Puts a snapshot of what is committed elsewhere in place of the log. Entries after it stay only if the log agrees
 * with it: what follows another entry follows nothing.
 */
const install = (turn: Turn, snapshot: Snapshot): void => {
  const { state } = turn
  const { index, term, configuration } = snapshot
  if (index <= state.commitIndex) throw new RangeError(`${index} is committed here already`)
  const agrees = state.log.termAt(index) === term
  const later = agrees ? state.configurations.filter((placed) => placed.index > index) : []
  turn.state = {
    ...state,
    snapshot,
    log: agrees ? state.log.after(index) : Log.of([], { index, term }),
    commitIndex: index,
    configurations: [{ index, configuration }, ...later],
  }
  turn.installed = snapshot
}

/** What `from` sent before in its present term; a piece of another leader's snapshot has nothing to do with it. */
const receiptFrom = (state: ConsensusState, from: NodeId, term: number) =>
  state.role === 'follower' && state.leader === from && state.term === term ? state.receiving : null

/** A piece is answered by the bytes held so far; the last one, and one that is not needed, by how far the logs agree. */
export const handleSnapshotPiece = (turn: Turn, from: NodeId, { term, piece }: Piece): void => {
  const { state, env } = turn
  const agree = (accepted: boolean): void => {
    const { term, commitIndex } = turn.state
    replyTo(turn, from, { type: 'appendReply', term, accepted, matchIndex: commitIndex, round: 0 })
  }
  if (term < state.term) {
    agree(false)
    return
  }
  if ((term === state.term && state.role === 'leader') || piece.term > term) return
  const receipt = takePiece(receiptFrom(state, from, term), piece)
  if (receipt === null) return

  const isNeeded = piece.index > state.commitIndex
  const snapshot = isNeeded ? completed(receipt, piece) : null
  const receiving = isNeeded && snapshot === null ? receipt : null
  becomeFollower(turn, term, from)
  turn.state = { ...(turn.state as FollowerState), lastHeardMs: env.nowMs, receiving }
  if (snapshot !== null) install(turn, snapshot)
  if (receiving === null) agree(true)
  else replyTo(turn, from, { type: 'snapshotReply', term, index: receipt.index, offset: receipt.received })
}

/** Takes a snapshot learned out of band; a leader has all that was committed before its term, as with followed entries. */
export const handleFollowedSnapshot = (turn: Turn, snapshot: Snapshot): void => {
  const { state } = turn
  if (snapshot.index <= state.commitIndex || snapshot.data.byteLength > SNAPSHOT_BYTES_MAX) return
  if (snapshot.term > termMax(state) || (state.role === 'leader' && snapshot.term <= state.term)) return
  const leader = snapshot.term > state.term ? null : leaderOf(state)
  becomeFollower(turn, Math.max(state.term, snapshot.term), leader)
  install(turn, snapshot)
}
