import {
  APPEND_BYTES_MAX,
  ENTRIES_PER_APPEND_MAX,
  type FollowBatch,
  followBatchCodec,
  followRequestCodec,
  type LogEntry,
  pieceAt,
  type Snapshot,
} from '../../protocols/consensus/index.ts'
import { type Generation, isSameGeneration } from '../../protocols/generations/index.ts'
import { type NodeId, PROTOCOLS } from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { FrameStream, Streams } from '../ports/network.ts'
import { createBell } from './bell.ts'

/** How often a follower hears the commit index and the leader when nothing is committed. */
export const BEAT_MS = 1_000

/** The machine, as far as its followers go. */
export interface ServedLog {
  commitIndex(): number
  leader(): NodeId | null
  generation(): Generation | null
  /** Whether this generation is over, so that nobody should follow it. */
  isOver(): boolean
  /** Committed entries from `from` on, within the bounds and at least one if there is one. */
  committedFrom(
    from: number,
    bounds: { readonly entriesMax: number; readonly bytesMax: number },
  ): readonly LogEntry[]
  /** What stands for the entries from `from` on, where the log does not reach back so far. */
  snapshotBefore(from: number): Snapshot | null
}

export interface LogServing {
  handleStreams(): void
  /** The commit index has risen, or another leads. */
  wake(): void
  stop(): void
}

const BOUNDS = { entriesMax: ENTRIES_PER_APPEND_MAX, bytesMax: APPEND_BYTES_MAX }

/** Whether they say the same. What is committed goes on from its first entry in one way; pieces of snapshots are not looked at. */
const isSame = (a: FollowBatch, b: FollowBatch): boolean =>
  a.snapshot === undefined &&
  b.snapshot === undefined &&
  a.commitIndex === b.commitIndex &&
  a.leader === b.leader &&
  a.generation === b.generation &&
  a.entries.length === b.entries.length &&
  a.entries[0] === b.entries[0]

/**
 * Gives the committed log to whoever follows it. For each peer one stream, and on it one batch at a time: a follower
 * that does not read holds up nothing but its own stream, and one batch of memory.
 */
export const createLogServing = ({
  streams,
  clock,
  log,
}: {
  streams: Streams
  clock: Clock
  log: ServedLog
}): LogServing => {
  const served = new Map<NodeId, FrameStream>()
  const news = createBell(clock)
  let isStopped = false

  const isServed = (stream: FrameStream): boolean => !isStopped && served.get(stream.peer) === stream

  const isOf = (generation: Generation | null): boolean =>
    isSameGeneration(generation, log.generation()) && !log.isOver()

  /** The last batch and its bytes: followers at the same point of the log are sent the same. */
  let last: { readonly batch: FollowBatch; readonly bytes: Uint8Array } | null = null

  const encoded = (batch: FollowBatch): Uint8Array => {
    if (last === null || !isSame(last.batch, batch)) last = { batch, bytes: followBatchCodec.encode(batch) }
    return last.bytes
  }

  const send = (stream: FrameStream, part: Pick<FollowBatch, 'entries' | 'snapshot'>): Promise<void> => {
    const generation = log.generation()
    const batch = { ...part, commitIndex: log.commitIndex(), leader: log.leader() }
    return stream.write(encoded(generation === null ? batch : { ...batch, generation }))
  }

  /** The index up to which the peer has all then: none where another snapshot took the place of this one meanwhile. */
  const sendSnapshot = async (stream: FrameStream, snapshot: Snapshot): Promise<number> => {
    let offset = 0
    do {
      if (log.snapshotBefore(1)?.index !== snapshot.index) return 0
      const piece = pieceAt(snapshot, offset)
      await send(stream, { entries: [], snapshot: piece })
      offset += piece.data.byteLength
    } while (offset < snapshot.data.byteLength && isServed(stream))
    return snapshot.index
  }

  const sendLog = async (
    stream: FrameStream,
    afterIndex: number,
    generation: Generation | null,
  ): Promise<void> => {
    let sent = afterIndex
    while (isServed(stream) && isOf(generation)) {
      const snapshot = log.snapshotBefore(sent + 1)
      if (snapshot !== null) {
        sent = Math.max(sent, await sendSnapshot(stream, snapshot))
        continue
      }
      const entries = log.committedFrom(sent + 1, BOUNDS)
      await send(stream, { entries })
      sent += entries.length
      if (sent >= log.commitIndex()) await news.wait(BEAT_MS)
    }
  }

  const serve = async (stream: FrameStream): Promise<void> => {
    const { peer } = stream
    const request = await stream.read()
    if (request === null || isStopped) return
    const { afterIndex, generation = null } = followRequestCodec.decode(request)
    served.get(peer)?.abort()
    served.set(peer, stream)
    const gone = stream.read().then(
      () => undefined,
      () => undefined,
    )
    try {
      await Promise.race([sendLog(stream, afterIndex, generation), gone])
    } finally {
      if (served.get(peer) === stream) served.delete(peer)
    }
  }

  return {
    handleStreams: () => streams.handleStream(PROTOCOLS.follow, serve),
    wake: news.ring,
    stop: () => {
      isStopped = true
      for (const stream of served.values()) stream.abort()
      served.clear()
      news.ring()
    },
  }
}
