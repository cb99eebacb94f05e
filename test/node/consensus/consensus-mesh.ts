/** Consensus services over real networks on loopback and real stores on disk, all stopped after each test. */
import { type ConsensusService, createConsensusService } from '../../../node/consensus/index.ts'
import { createChannel, createNetwork, generateIdentity } from '../../../node/network/index.ts'
import type { Clock } from '../../../node/ports/clock.ts'
import type { Network } from '../../../node/ports/network.ts'
import type { ConsensusStore } from '../../../node/ports/storage.ts'
import { openStore } from '../../../node/storage/index.ts'
import {
  type ConsensusTimings,
  consensusMessageCodec,
  type LogEntry,
} from '../../../protocols/consensus/index.ts'
import { PROTOCOLS } from '../../../protocols/wire/index.ts'
import { eventually } from '../../support/eventually.ts'
import { scratchDir } from '../../support/scratch.ts'
import { silentLogger } from '../../support/silent-logger.ts'
import { LOOPBACK, makeMesh, realClock, text, utf8 } from '../network/nodes.ts'

/** Quick, and still several heartbeats to an election on a busy machine. */
const TIMINGS: ConsensusTimings = { heartbeatMs: 60, electionMs: 400 }

export interface MeshNode {
  readonly network: Network
  readonly consensus: ConsensusService
  /** Decisions as they were committed in this life. */
  readonly decided: readonly string[]
  readonly indexes: readonly number[]
  /** Where the snapshots stood that were told in this life. */
  readonly installed: readonly number[]
  readonly store: ConsensusStore
  readonly failures: readonly Error[]
  /** As SIGTERM does. */
  stop(): Promise<void>
  /** As a pulled plug does, as far as one process can: nobody hears of it any more, and nothing is handed over. */
  kill(): Promise<void>
}

export interface NodeOptions {
  readonly founding?: boolean
  /** How long a leader may be silent; some hundred milliseconds where it is absent. */
  readonly electionMs?: number
  readonly identity?: Uint8Array
  readonly dataDir?: string
  readonly admit?: (data: Uint8Array) => Uint8Array
  /** Cuts the log off after so many entries, into a snapshot of at least so many bytes; never where it is absent. */
  readonly snapshots?: { readonly entries: number; readonly bytes?: number }
  /** Puts something between the service and its disk. */
  readonly wrapStore?: (store: ConsensusStore) => ConsensusStore
}

const ends: (() => Promise<void>)[] = []

export const stopAll = async (): Promise<void> => {
  for (const end of ends.splice(0).reverse()) await end()
}

const dataDirOf = async (given: string | undefined): Promise<string> => {
  if (given !== undefined) return given
  const scratch = await scratchDir()
  ends.unshift(scratch.remove)
  return scratch.path
}

export const startNode = async (options: NodeOptions = {}): Promise<MeshNode> => {
  const dataDir = await dataDirOf(options.dataDir)
  const store = await openStore({ dataDir, logger: silentLogger })
  const network = createNetwork(
    { logger: silentLogger, random: Math.random, clock: realClock },
    { privateKey: options.identity ?? generateIdentity(), listen: [LOOPBACK] },
  )
  const decided: string[] = []
  const indexes: number[] = []
  const installed: number[] = []
  const failures: Error[] = []
  let lastIndex = 0
  let isKilled = false
  /** Whoever is killed waits for nobody, not for a successor either. */
  const clock: Clock = { ...realClock, after: (delayMs, run) => realClock.after(isKilled ? 0 : delayMs, run) }
  const { snapshots } = options
  const consensus = createConsensusService(
    {
      store: options.wrapStore?.(store.consensus) ?? store.consensus,
      channel: createChannel(
        { ...network, logger: silentLogger },
        PROTOCOLS.consensus,
        consensusMessageCodec,
      ),
      requests: network.requests,
      streams: network.streams,
      connections: network.connections,
      clock,
      random: Math.random,
      logger: silentLogger,
    },
    {
      self: network.connections.self,
      timings: { ...TIMINGS, electionMs: options.electionMs ?? TIMINGS.electionMs },
      founding: options.founding ?? false,
      admit: options.admit ?? ((data) => data),
      compaction: { entries: snapshots?.entries ?? 0, bytes: Number.POSITIVE_INFINITY, keepEntries: 2 },
      // All that is decided, and blanks up to the wanted size.
      snapshot: () =>
        snapshots === undefined
          ? null
          : { index: lastIndex, data: utf8(JSON.stringify(decided).padEnd(snapshots.bytes ?? 0)) },
      onFailed: (error) => failures.push(error),
    },
  )
  consensus.onCommitted((entries: readonly LogEntry[]) => {
    for (const { index, kind, data } of entries) {
      indexes.push(index)
      lastIndex = index
      if (kind === 'decision') decided.push(text(data))
    }
  })
  consensus.onSnapshot(({ index, data }) => {
    installed.push(index)
    lastIndex = index
    decided.splice(0, decided.length, ...JSON.parse(text(data)))
  })
  let ending: Promise<void> | null = null
  const endBy = (task: () => Promise<void>) => () => {
    ending ??= task()
    return ending
  }
  const kill = endBy(async () => {
    await network.stop()
    isKilled = true
    await consensus.stop()
    await store.close()
  })
  const stop = endBy(async () => {
    await consensus.stop()
    await network.stop()
    await store.close()
  })
  ends.push(kill)
  await network.start()
  await consensus.start()
  return {
    network,
    consensus,
    decided,
    indexes,
    installed,
    store: store.consensus,
    failures,
    stop,
    kill,
  }
}

/** Connects each with each. */
export const connect = async (nodes: readonly MeshNode[]): Promise<void> => {
  makeMesh(nodes.map(({ network }) => network))
  await eventually('all members are connected', () =>
    nodes.every(({ network }) => network.connections.connected().length === nodes.length - 1),
  )
}

export const leads = ({ consensus }: MeshNode): boolean => consensus.view().role === 'leader'

export const leaderOf = (nodes: readonly MeshNode[]): Promise<MeshNode> =>
  eventually('one of them leads and all know it', () => {
    const leader = nodes.find(leads)
    const isKnown = nodes.every(({ consensus }) => consensus.view().leader === leader?.consensus.self)
    return isKnown ? leader : null
  })

/** The voters that this leader has, once no change of them is under way. */
export const settledVoters = ({ consensus }: MeshNode): readonly string[] | null => {
  const { role, changingVoters, configuration } = consensus.view()
  return role === 'leader' && !changingVoters ? configuration.voters : null
}

/** A founder and others, connected, the first `voters` of them voting. */
export const startMesh = async (
  count: number,
  voters: number,
  options: NodeOptions = {},
): Promise<MeshNode[]> => {
  const founder = await startNode({ ...options, founding: true })
  const others = await Promise.all(Array.from({ length: count - 1 }, () => startNode(options)))
  const nodes = [founder, ...others]
  await connect(nodes)
  const wanted = nodes.slice(0, voters).map(({ consensus }) => consensus.self)
  await eventually('the founder leads', () => leads(founder))
  founder.consensus.changeVoters(wanted)
  await eventually('all of them vote', () => settledVoters(founder)?.length === voters)
  return nodes
}
