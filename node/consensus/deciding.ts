import {
  DECIDE_TIMEOUT_MS_MAX,
  type DecideRequest,
  decideReplyCodec,
  decideRequestCodec,
  ENTRY_BYTES_MAX,
  type Proposal,
} from '../../protocols/consensus/index.ts'
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'
import { type Generation, isSameGeneration } from '../../protocols/generations/index.ts'
import { type NodeId, PROTOCOLS } from '../../protocols/wire/index.ts'
import { type Bell, createBell, NEWS_MISSED_MS } from './bell.ts'
import type { Committed, PendingProposals, WaitOptions } from './pending-proposals.ts'
import type { ConsensusComponents, ConsensusInit, ConsensusService } from './types.ts'

/** Rest before somebody is asked again who did not lead, though it is thought to: well under an election. */
const REFUSED_REST_MS = 100

/** Questions that wait for the machine at once: a second's worth of a fast disk, and bounded memory without a quorum. */
const WAITING_MAX = 4_096

/** Share of the time left that the leader gets, so that its own answer that time is up still arrives. */
const LEADERS_SHARE = 0.9

/** The machine, as far as questions go. */
export interface DecidingMachine {
  /** The leader as this node knows it, itself included. */
  leader(): NodeId | null
  generation(): Generation | null
  propose(proposal: Proposal): void
  read(readId: number): void
}

export interface DecidingComponents extends Pick<ConsensusComponents, 'requests' | 'connections' | 'clock'> {
  readonly machine: DecidingMachine
  /** Rings when another leads, or somebody connects. */
  readonly news: Bell
  readonly pending: PendingProposals
}

type Deciding = Pick<ConsensusService, 'propose' | 'readIndex'> & {
  /** Answers the questions of other members. */
  handleRequests(): void
}

/**
 * Questions for the leader: answered here if this node leads, sent on if not.
 *
 * Asked again within the deadline only where nothing can have come of it: while no leader is known or connected, or
 * when whoever was asked did not lead. A lost answer is told as such, never asked again behind the caller's back.
 */
export const createDeciding = (
  { requests, connections, clock, machine, news, pending }: DecidingComponents,
  { self, admit }: Pick<ConsensusInit, 'self' | 'admit'>,
): Deciding => {
  /** Nobody rings it: a rest is a rest. */
  const rests = createBell(clock)

  const add = (options: WaitOptions) => {
    if (pending.count >= WAITING_MAX) throw new CoterieError('consensusBusy', { waiting: pending.count })
    return pending.add(options)
  }

  const askHere = (request: DecideRequest, options: WaitOptions): Promise<Committed> => {
    const { id, answer } = add(options)
    if (request.type === 'propose') machine.propose({ proposalId: id, data: request.data })
    else machine.read(id)
    return answer
  }

  const proposeIn = (term: number, data: Uint8Array, options: WaitOptions): Promise<Committed> => {
    const leader = machine.leader()
    if (leader !== self) throw new CoterieError('notLeader', { leader })
    const { id, answer } = add(options)
    machine.propose({ proposalId: id, data, term })
    return answer
  }

  const askLeader = async (
    leader: NodeId,
    request: DecideRequest,
    options: WaitOptions,
  ): Promise<Committed> => {
    try {
      const generation = machine.generation()
      const question = decideRequestCodec.encode(generation === null ? request : { ...request, generation })
      const reply = await requests.request(leader, PROTOCOLS.decide, question, options)
      return decideReplyCodec.decode(reply)
    } catch (error) {
      if (!isCoterieError(error, 'peerUnreachable') && !isCoterieError(error, 'requestTimedOut')) throw error
      throw new CoterieError('proposalUnanswered', { leader, detail: error.message }, { cause: error })
    }
  }

  const ask = async (
    requestFor: (timeoutMs: number) => DecideRequest,
    { timeoutMs, signal }: WaitOptions,
  ): Promise<Committed> => {
    const endMs = clock.nowMs() + timeoutMs
    for (;;) {
      signal?.throwIfAborted()
      const leftMs = Math.ceil(endMs - clock.nowMs())
      const leader = machine.leader()
      if (leftMs <= 0) {
        throw leader === null || leader === self
          ? new CoterieError('noQuorum', { waitedMs: timeoutMs })
          : new CoterieError('notLeader', { leader })
      }
      const canBeAsked = leader === self || (leader !== null && connections.connected().includes(leader))
      if (!canBeAsked) {
        await news.wait(Math.min(NEWS_MISSED_MS, leftMs), signal)
        continue
      }
      const options = signal === undefined ? { timeoutMs: leftMs } : { timeoutMs: leftMs, signal }
      const request = requestFor(Math.ceil(Math.min(leftMs * LEADERS_SHARE, DECIDE_TIMEOUT_MS_MAX)))
      try {
        return await (leader === self ? askHere(request, options) : askLeader(leader, request, options))
      } catch (error) {
        if (!isCoterieError(error, 'notLeader')) throw error
      }
      await rests.wait(Math.min(REFUSED_REST_MS, leftMs), signal)
    }
  }

  const handle = async (from: NodeId, bytes: Uint8Array): Promise<Uint8Array> => {
    const request = decideRequestCodec.decode(bytes)
    const leader = machine.leader()
    if (leader !== self) throw new CoterieError('notLeader', { leader })
    if (!isSameGeneration(request.generation ?? null, machine.generation()))
      throw new CoterieError('notLeader', { leader: null })
    const admitted = request.type === 'propose' ? { ...request, data: admit(request.data, from) } : request
    return decideReplyCodec.encode(await askHere(admitted, { timeoutMs: request.timeoutMs }))
  }

  return {
    propose: async (data, { term, ...options }) => {
      if (data.byteLength > ENTRY_BYTES_MAX) {
        throw new CoterieError('decisionTooLarge', { bytes: data.byteLength, bytesMax: ENTRY_BYTES_MAX })
      }
      if (term !== undefined) return proposeIn(term, data, options)
      return ask((timeoutMs) => ({ type: 'propose', data, timeoutMs }), options)
    },
    readIndex: async (options) => {
      const { index } = await ask((timeoutMs) => ({ type: 'read', timeoutMs }), options)
      return index
    },
    handleRequests: () => requests.handleRequest(PROTOCOLS.decide, handle),
  }
}
