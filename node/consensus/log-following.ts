import {
  completed,
  type FollowBatch,
  followBatchCodec,
  followRequestCodec,
  type Receipt,
  type Snapshot,
  type SnapshotPiece,
  takePiece,
} from '../../protocols/consensus/index.ts'
import { type Generation, isSameGeneration } from '../../protocols/generations/index.ts'
import { type NodeId, PROTOCOLS } from '../../protocols/wire/index.ts'
import type { FrameStream } from '../ports/network.ts'
import type { Bell } from './bell.ts'
import { BEAT_MS } from './log-serving.ts'
import type { ConsensusComponents } from './types.ts'

/** A source that says nothing for so long is left for another one: three beats. */
const SILENCE_MS = 3 * BEAT_MS
/** Rest between two sources, drawn anew each time, so that the followers of a dead voter do not all move at once. */
const REST_MS = { least: 100, most: 1_000 }
/** How long opening a stream may take. */
const OPEN_TIMEOUT_MS = 3_000

/** The machine, as far as following goes. */
export interface FollowingMachine {
  /** Whether the log has to be fetched, because no leader sends it here. */
  needsLog(): boolean
  commitIndex(): number
  /** Whose log is wanted. */
  generation(): Generation | null
  /** Whether that is a newer one than this node's, so that its snapshot is wanted and nothing of what is here counts. */
  isOver(): boolean
  /** Who is known to vote; empty on a node that has no log yet. */
  voters(): readonly NodeId[]
  /** Resolves once the batch is safe on disk. */
  followed(batch: FollowBatch): Promise<void>
  /** Resolves once the snapshot is safe on disk. */
  followedSnapshot(snapshot: Snapshot, generation: Generation | null): Promise<void>
  /** Resolves once the newer generation's snapshot is safe on disk in place of this log. */
  adopt(generation: Generation, snapshot: Snapshot): Promise<void>
}

export interface LogFollowing {
  /** Whom the source obeys; null while this node follows nobody. */
  leader(): NodeId | null
  start(): void
  stop(): void
}

type FollowingComponents = Pick<
  ConsensusComponents,
  'streams' | 'connections' | 'clock' | 'random' | 'logger'
> & {
  readonly machine: FollowingMachine
  /** Rung here when the source obeys another leader. */
  readonly news: Bell
}

/**
 * Keeps a node that is neither voter nor learner up to date: it reads the committed log from a voter, or from any
 * member while it knows of no voter, and goes to another one when that is silent, ends, or knows of no leader.
 */
export const createLogFollowing = ({
  streams,
  connections,
  clock,
  random,
  logger,
  machine,
  news,
}: FollowingComponents): LogFollowing => {
  const stopping = new AbortController()
  let leader: NodeId | null = null
  let lastSource: NodeId | null = null
  let endRest: () => void = () => {}

  const rest = (): Promise<void> =>
    new Promise((resolve) => {
      const cancel = clock.after(REST_MS.least + random() * (REST_MS.most - REST_MS.least), resolve)
      endRest = () => {
        cancel()
        resolve()
      }
    })

  const obey = (another: NodeId | null): void => {
    if (another === leader) return
    leader = another
    news.ring()
  }

  /** Another one than the last, where there is another. */
  const chooseSource = (): NodeId | null => {
    const connected = connections.connected()
    const voters = machine.voters().filter((voter) => connected.includes(voter))
    const sources = voters.length > 0 ? voters : connected
    const others = sources.filter((source) => source !== lastSource)
    const choice = others.length > 0 ? others : sources
    return choice[Math.floor(random() * choice.length)] ?? null
  }

  /** The next batch; null when the stream ended or was silent. */
  const nextBatch = async (stream: FrameStream): Promise<FollowBatch | null> => {
    const cancelSilence = clock.after(SILENCE_MS, () => stream.abort())
    try {
      const frame = await stream.read()
      return frame === null ? null : followBatchCodec.decode(frame)
    } finally {
      cancelSilence()
    }
  }

  /** Whether it is worth to go on reading the log of `generation` from `source`. */
  const isUseful = (source: NodeId, generation: Generation | null, leaderSeenMs: number): boolean => {
    if (!isSameGeneration(generation, machine.generation())) return false
    const voters = machine.voters()
    const connected = connections.connected()
    // Where none of the known voters is there, all of them may have been replaced meanwhile.
    const isVoter = voters.includes(source) || !voters.some((voter) => connected.includes(voter))
    return isVoter && machine.needsLog() && clock.nowMs() - leaderSeenMs < SILENCE_MS
  }

  /** What is held of a snapshot after one more piece; nothing any more once it is whole and handed on. */
  const take = async (
    held: Receipt | null,
    piece: SnapshotPiece,
    generation: Generation | null,
  ): Promise<Receipt | null> => {
    const receipt = takePiece(held, piece)
    const snapshot = receipt === null ? null : completed(receipt, piece)
    if (snapshot === null) return receipt
    if (generation !== null && machine.isOver()) await machine.adopt(generation, snapshot)
    else await machine.followedSnapshot(snapshot, generation)
    return null
  }

  const ask = (stream: FrameStream, generation: Generation | null): Promise<void> => {
    const afterIndex = machine.isOver() ? 0 : machine.commitIndex()
    const request = generation === null ? { afterIndex } : { afterIndex, generation }
    return stream.write(followRequestCodec.encode(request))
  }

  const followFrom = async (source: NodeId): Promise<void> => {
    const options = { timeoutMs: OPEN_TIMEOUT_MS, signal: stopping.signal }
    const stream = await streams.openStream(source, PROTOCOLS.follow, options)
    const abort = (): void => stream.abort()
    stopping.signal.addEventListener('abort', abort)
    try {
      const generation = machine.generation()
      await ask(stream, generation)
      let leaderSeenMs = clock.nowMs()
      let receipt: Receipt | null = null
      while (isUseful(source, generation, leaderSeenMs) && !stopping.signal.aborted) {
        const batch = await nextBatch(stream)
        if (batch === null || !isSameGeneration(batch.generation ?? null, generation)) return
        obey(batch.leader)
        if (leader !== null) leaderSeenMs = clock.nowMs()
        if (batch.entries.length > 0) await machine.followed(batch)
        if (batch.snapshot !== undefined) receipt = await take(receipt, batch.snapshot, generation)
      }
    } finally {
      obey(null)
      stopping.signal.removeEventListener('abort', abort)
      stream.abort()
    }
  }

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const source = machine.needsLog() ? chooseSource() : null
      lastSource = source
      if (source !== null) {
        await followFrom(source).catch((error: Error) =>
          logger.debug({ source, error: error.message }, 'following the log broke off'),
        )
      }
      await rest()
    }
  }

  return {
    leader: () => leader,
    start: () => void run(),
    stop: () => {
      stopping.abort()
      endRest()
    },
  }
}
