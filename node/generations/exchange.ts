import {
  type GenerationRecord,
  isSameGeneration,
  type Standing,
  standingCodec,
} from '../../protocols/generations/index.ts'
import { type NodeId, PROTOCOLS } from '../../protocols/wire/index.ts'
import { newestKnown } from './known-chain.ts'
import type { GenerationComponents } from './types.ts'

/** How long a member may take to answer. */
const ANSWER_TIMEOUT_MS = 3_000
/** When a member that did not answer is asked again, and how often one that speaks from another generation is told so. */
const REST_MS = 1_000

export interface Exchange {
  start(): void
  stop(): void
  /** Tells a member how far this node is, and hears the same of it; null where it does not answer. */
  with(peer: NodeId): Promise<Standing | null>
  /** Tells everybody who is connected. */
  tellAll(): void
}

/**
 * Members tell each other in which generation they are: whoever is beyond the first one says so to each that connects, to
 * all when it changes, and to whoever speaks from another one.
 */
export const createExchange = (
  {
    consensus,
    connections,
    requests,
    clock,
    logger,
  }: Pick<GenerationComponents, 'consensus' | 'connections' | 'requests' | 'clock' | 'logger'>,
  records: () => readonly GenerationRecord[],
  hear: (from: NodeId, chain: readonly GenerationRecord[]) => Promise<void>,
): Exchange => {
  const ends: (() => void)[] = []
  /** Members that are asked now, or were a moment ago. */
  const resting = new Set<NodeId>()
  /** Those among them that are to be told once more. */
  const due = new Set<NodeId>()
  let isStopped = false

  const standing = (): Standing => {
    const { lastIndex, lastTerm, commitIndex, leader } = consensus.view()
    return { records: [...records()], lastIndex, lastTerm, commitIndex, hasLeader: leader !== null }
  }

  const exchange = async (peer: NodeId): Promise<Standing | null> => {
    try {
      const options = { timeoutMs: ANSWER_TIMEOUT_MS }
      const answer = await requests.request(
        peer,
        PROTOCOLS.generation,
        standingCodec.encode(standing()),
        options,
      )
      const theirs = standingCodec.decode(answer)
      await hear(peer, theirs.records)
      return theirs
    } catch (error) {
      logger.debug({ peer, error: (error as Error).message }, 'a member did not tell its generation')
      return null
    }
  }

  /** Until it has answered, and not too often. */
  const tell = (peer: NodeId): void => {
    if (isStopped || !connections.connected().includes(peer)) return
    if (resting.has(peer)) {
      due.add(peer)
      return
    }
    resting.add(peer)
    void exchange(peer).then((answer) => {
      clock.after(REST_MS, () => {
        resting.delete(peer)
        const isDue = due.delete(peer)
        if (isDue || answer === null) tell(peer)
      })
    })
  }

  const tellAll = (): void => {
    if (newestKnown(consensus.view()) !== null) for (const peer of connections.connected()) tell(peer)
  }

  return {
    with: exchange,
    tellAll,
    start: () => {
      requests.handleRequest(PROTOCOLS.generation, async (from, payload) => {
        await hear(from, standingCodec.decode(payload).records)
        return standingCodec.encode(standing())
      })
      ends.push(
        connections.onPeer(({ type, peer }) => {
          if (type === 'connected' && newestKnown(consensus.view()) !== null) tell(peer)
        }),
        consensus.onGenerationMet((from, generation) => {
          if (!isSameGeneration(generation, newestKnown(consensus.view()))) tell(from)
        }),
      )
      tellAll()
    },
    stop: () => {
      isStopped = true
      for (const end of ends) end()
    },
  }
}
