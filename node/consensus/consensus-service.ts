import type {
  ConsensusEvent,
  ConsensusMessage,
  ConsensusNotice,
  ConsensusView,
  Send,
} from '../../protocols/consensus/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { type Generation, isSameGeneration } from '../../protocols/generations/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import { gateAppend, type NamedBytes } from './append-gate.ts'
import { createBell } from './bell.ts'
import { createDeciding } from './deciding.ts'
import { createLogCutting } from './log-cutting.ts'
import { createLogFollowing } from './log-following.ts'
import { createLogServing } from './log-serving.ts'
import { createMachineRunner } from './machine-runner.ts'
import { createPendingProposals } from './pending-proposals.ts'
import { COMPACTION } from './snapshot-taking.ts'
import type {
  CommittedListener,
  ConsensusComponents,
  ConsensusInit,
  ConsensusService,
  SnapshotListener,
} from './types.ts'

/** How many election time-outs without an append make a node fetch the log itself. */
const QUIET_ELECTIONS = 3
/** How long a stopping leader waits for its successor: a round trip, a vote and a write, several times over. */
const HANDOVER_MS = 2_000

/** For logs that name nothing outside themselves. */
const EVERYTHING_STORED: NamedBytes = { isStored: () => true, untilStored: async () => undefined }

/** See `ConsensusService`. Nothing happens before `start()`. */
export const createConsensusService = (
  components: ConsensusComponents,
  init: ConsensusInit,
): ConsensusService => {
  const { channel, requests, streams, connections, store, clock, random, logger } = components
  const { self, timings, compaction = COMPACTION } = init
  const committedListeners = new Set<CommittedListener>()
  const snapshotListeners = new Set<SnapshotListener>()
  const roleListeners = new Set<(view: ConsensusView) => void>()
  const generationListeners = new Set<(from: NodeId, generation: Generation | null) => void>()
  const pending = createPendingProposals(clock)
  /** Rings when another leads, or somebody connects. */
  const news = createBell(clock)
  let unsubscribe = (): void => {}
  let edges: ReadonlySet<NodeId> = new Set()
  /** By the clock; a node that no leader knows of has none. */
  let lastAppendMs = Number.NEGATIVE_INFINITY
  let wasObserver = false
  let ended: CoterieError<'consensusStopped'> | null = null

  const send = ({ to, message }: Send): void => channel.send(to, message)

  const notify = (notice: ConsensusNotice): void => {
    pending.notice(notice)
    tellWhetherObserver()
    if (notice.type === 'committed') {
      serving.wake()
      cutting.committed(notice.entries)
      for (const listener of committedListeners) listener(notice.entries, notice.commitIndex)
      cutting.cutIfDue()
    }
    if (notice.type === 'snapshotInstalled') {
      const { index, data } = notice
      serving.wake()
      cutting.installed(data.byteLength)
      for (const listener of snapshotListeners) listener({ index, data })
    }
    if (notice.type === 'generationMet') {
      for (const listener of generationListeners) listener(notice.from, notice.generation)
    }
    if (notice.type === 'roleChanged') {
      const { role, term, leader } = notice
      logger.info({ role, term, leader }, 'consensus role changed')
      news.ring()
      serving.wake()
      for (const listener of roleListeners) listener(view())
    }
  }

  /** Says so when this node begins, or ends, to be a voter whose word counts for nothing. */
  const tellWhetherObserver = (): void => {
    const isObserver = machine.isObserver()
    if (isObserver === wasObserver) return
    wasObserver = isObserver
    const { supersededBy } = machine.view()
    const { code, message } =
      supersededBy === null
        ? new CoterieError('storeNotNamed', { node: self })
        : new CoterieError('generationOver', { number: supersededBy.number })
    if (isObserver) logger.warn({ code }, message)
    else logger.info({}, 'what this node says counts')
  }

  /** Nothing is decided through this node from here on. */
  const end = (detail: string): void => {
    ended = new CoterieError('consensusStopped', { detail })
    following.stop()
    serving.stop()
    pending.failAll(ended)
    unsubscribe()
    news.ring()
  }

  const onFailed = (error: Error): void => {
    logger.error({ error: error.message }, 'consensus ends on this node')
    end(error.message)
    init.onFailed(error)
  }

  const cutting = createLogCutting({
    bounds: compaction,
    logger,
    snapshot: () => init.snapshot?.() ?? null,
    isSnapshotUnderWay: () => machine.isSnapshotUnderWay(),
    compact: (taken, keepEntries) => void machine.push({ type: 'compact', ...taken, keepEntries }),
    onFailed: (error) => onFailed(error),
  })

  const machine = createMachineRunner({ store, clock, random, send, notify }, { ...init, onFailed })

  const leader = (): NodeId | null => machine.view().leader ?? following.leader()

  const view = (): ConsensusView => {
    const own = machine.view()
    return own.leader === null ? { ...own, leader: leader() } : own
  }

  /** Whether a newer generation is known, whose log is not here yet. */
  const isOver = (): boolean => machine.view().supersededBy !== null

  /** What waits was asked of a log that goes on no more, or not as it was. */
  const beginAnew = async (
    event: Extract<ConsensusEvent, { type: 'recover' | 'supersede' }>,
  ): Promise<void> => {
    if (ended !== null) throw ended
    const generation = event.type === 'recover' ? event.generation : event.by
    pending.failAll(new CoterieError('generationOver', { number: generation.number }))
    await machine.push(event)
  }

  const leaderOrThrow = (): NodeId | null => {
    if (ended !== null) throw ended
    return leader()
  }

  const serving = createLogServing({
    streams,
    clock,
    log: {
      commitIndex: () => machine.view().commitIndex,
      leader: () => machine.view().leader,
      generation: () => machine.view().generation,
      isOver: () => machine.view().supersededBy !== null,
      committedFrom: machine.committedFrom,
      snapshotBefore: machine.snapshotBefore,
    },
  })

  const following = createLogFollowing({
    ...components,
    news,
    machine: {
      needsLog: () =>
        isOver() ||
        (machine.view().role !== 'leader' &&
          clock.nowMs() - lastAppendMs > QUIET_ELECTIONS * timings.electionMs),
      commitIndex: () => machine.view().commitIndex,
      generation: () => machine.view().supersededBy ?? machine.view().generation,
      isOver,
      voters: () => (isOver() ? [] : machine.view().configuration.voters.filter((voter) => voter !== self)),
      followed: ({ entries, commitIndex, generation }) =>
        machine.push({ type: 'followed', entries, commitIndex, ...(generation && { generation }) }),
      followedSnapshot: (snapshot, generation) =>
        machine.push({ type: 'followedSnapshot', snapshot, ...(generation && { generation }) }),
      adopt: async (generation, snapshot) => {
        await init.leaving?.(machine.heldLog(), snapshot.index)
        await machine.push({ type: 'adopt', generation, snapshot })
      },
    },
  })

  const deciding = createDeciding(
    {
      requests,
      connections,
      clock,
      pending,
      news,
      machine: {
        leader: leaderOrThrow,
        generation: () => machine.view().generation,
        propose: machine.propose,
        read: (readId) => void machine.push({ type: 'read', readId }),
      },
    },
    init,
  )

  const receive = (from: NodeId, message: ConsensusMessage): void => {
    const push = (passed: ConsensusMessage): void => machine.post({ type: 'received', from, message: passed })
    const isOwn = isSameGeneration(message.generation ?? null, machine.generation())
    if (isOwn && (message.type === 'append' || message.type === 'snapshotPiece')) lastAppendMs = clock.nowMs()
    if (isOwn && message.type === 'append') gateAppend(message, init.named ?? EVERYTHING_STORED, push)
    else push(message)
  }

  /** The voter that lacks least, an edge node after others, or null where there is nobody to hand over to. */
  const successor = (): NodeId | null => {
    const { role, configuration, peers } = machine.view()
    const voters = peers.filter(({ peer }) => configuration.voters.includes(peer))
    const [best] = voters.sort(
      (a, b) =>
        b.matchIndex - a.matchIndex ||
        Number(edges.has(a.peer)) - Number(edges.has(b.peer)) ||
        b.lastHeardMs - a.lastHeardMs,
    )
    return role === 'leader' ? (best?.peer ?? null) : null
  }

  /** Waits for the first word of the new leader, for that one may need this node's vote. */
  const handOver = async (to: NodeId): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const listener = ({ leader }: ConsensusView): void => {
      if (leader !== null && leader !== self) resolve()
    }
    const cancel = clock.after(HANDOVER_MS, resolve)
    roleListeners.add(listener)
    void machine.push({ type: 'transferLeadership', to })
    await promise
    cancel()
    roleListeners.delete(listener)
  }

  return {
    self,
    view,
    propose: deciding.propose,
    readIndex: deciding.readIndex,
    placeAt: machine.placeAt,
    setEdges: (nodes) => {
      edges = nodes
      void machine.push({ type: 'edges', nodes })
    },
    changeVoters: (voters) => void machine.push({ type: 'changeVoters', voters }),
    adoptStore: () => void machine.push({ type: 'adoptStore' }),
    recover: (generation, from, data) => beginAnew({ type: 'recover', generation, from, data }),
    supersede: (by) => beginAnew({ type: 'supersede', by }),
    cutLog: () => cutting.cut(0),
    onGenerationMet: (listener) => {
      generationListeners.add(listener)
      return () => generationListeners.delete(listener)
    },
    transfer: (to) => void machine.push({ type: 'transferLeadership', to }),
    onCommitted: (listener) => {
      committedListeners.add(listener)
      return () => committedListeners.delete(listener)
    },
    onSnapshot: (listener) => {
      snapshotListeners.add(listener)
      return () => snapshotListeners.delete(listener)
    },
    onRole: (listener) => {
      roleListeners.add(listener)
      return () => roleListeners.delete(listener)
    },
    start: async () => {
      await machine.start()
      const { voters, votersOutgoing } = machine.view().configuration
      if ([...voters, ...votersOutgoing].includes(self)) lastAppendMs = clock.nowMs()
      channel.onMessage(receive)
      unsubscribe = connections.onPeer(({ type }) => {
        if (type === 'connected') news.ring()
      })
      deciding.handleRequests()
      serving.handleStreams()
      following.start()
    },
    stop: async () => {
      if (ended !== null) return
      const to = successor()
      if (to !== null) await handOver(to)
      end('the daemon is stopping')
      await machine.stop()
    },
  }
}
