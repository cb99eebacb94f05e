import { APPENDS, type ConsensusView, DEFAULT_TIMINGS } from '../../protocols/consensus/index.ts'
import { isLoginOver } from '../../protocols/credentials/index.ts'
import { isTrimmed, type Trust } from '../../protocols/decisions/index.ts'
import { isCoterieError } from '../../protocols/errors/index.ts'
import { MEMBERSHIP_TIMINGS, type MemberStatus } from '../../protocols/membership/index.ts'
import { FIRST_VERSION, rangeOf, tellRange, type VersionRange } from '../../protocols/versions/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import { COMPACTION, createConsensusService } from '../consensus/index.ts'
import { admitForwarded, createDecisionService } from '../decisions/index.ts'
import { createGenerations } from '../generations/index.ts'
import { createIntentService } from '../intent/index.ts'
import { createMembershipService } from '../membership/index.ts'
import { createVoterKeeper, followEdges } from '../voters/index.ts'
import { followEndings } from './follow-endings.ts'
import { knowsOthers, type MeshFile, storeLost } from './mesh-file.ts'
import { namedRevisions } from './named-revisions.ts'
import { createObserved, isForgotten } from './observed.ts'
import type { Outside } from './outside.ts'

/** The planes that decide: who is alive, what was agreed, who votes, what is wanted. Not yet started. */
export const openPlanes = (
  outside: Outside,
  { founder, founded = false }: Pick<MeshFile, 'founder' | 'founded'>,
  onFailed: (error: Error) => void,
) => {
  const { logger, store, network, channels, clock, random } = outside
  const { connections, messages, requests, streams, topics } = network
  const edge = { connections, requests, clock, random }
  const intent = createIntentService(
    {
      ...edge,
      ...outside.signing,
      messages,
      topics,
      records: (name) => store.records(name),
      ...(outside.indexed && { indexed: outside.indexed }),
      logger: logger.child({ part: 'intent' }),
      forgotten: (node, key) =>
        isForgotten(decisions.view, node, key) || isLoginOver(decisions.view, key, clock.wallMs()),
      trimmed: (revision) => isTrimmed(decisions.view, revision),
    },
    { self: connections.self, onFailed },
  )
  const consensus = createConsensusService(
    {
      ...edge,
      channel: channels.consensus,
      streams,
      store: store.consensus,
      logger: logger.child({ part: 'consensus' }),
    },
    {
      self: connections.self,
      timings: DEFAULT_TIMINGS,
      founding: founder && !founded,
      admit: (data) => admitForwarded(data, clock.wallMs()),
      named: namedRevisions(intent),
      snapshot: () => decisions.snapshot(),
      compaction: outside.compaction ?? COMPACTION,
      appends: outside.appends ?? APPENDS,
      leaving: (left, beginsAt) => generations.leaving(left, beginsAt),
      onFailed,
    },
  )
  const decisions = createDecisionService(
    { consensus, clock, logger: logger.child({ part: 'decisions' }), onFailed },
    { supported: outside.versions },
  )
  const observed = createObserved(intent, decisions.view)
  const generations = createGenerations({
    ...edge,
    ...outside.signing,
    consensus,
    decisions,
    supportedBy: (node) => rangeOf(observed.profileOf(node) ?? {}),
    records: store.records('generations'),
    logger: logger.child({ part: 'generations' }),
  })
  followEndings(decisions, intent)
  const membership = createMembershipService(
    {
      ...edge,
      channel: channels.membership,
      records: store.records('membership'),
      logger: logger.child({ part: 'membership' }),
    },
    { self: connections.self, timings: MEMBERSHIP_TIMINGS },
  )
  /** How membership sees a node; this one is alive to itself, whatever it was told. */
  const healthOf = (node: NodeId): MemberStatus =>
    node === connections.self ? 'alive' : (membership.member(node)?.state ?? 'unknown')
  /** For how long it has not been alive to this node, in milliseconds. */
  const silentMs = (node: NodeId): number => {
    const { sinceMs } = membership.member(node) ?? {}
    return healthOf(node) === 'alive' || sinceMs === undefined ? 0 : clock.nowMs() - sinceMs
  }
  const isAlive = (node: NodeId): boolean => healthOf(node) === 'alive'
  followEdges({ consensus, decisions })
  const voters = createVoterKeeper({
    consensus,
    decisions,
    membership,
    ...(outside.revoked && { revoked: outside.revoked }),
    clock,
    logger: logger.child({ part: 'voters' }),
  })
  return {
    consensus,
    decisions,
    generations,
    membership,
    voters,
    intent,
    observed,
    healthOf,
    silentMs,
    isAlive,
  }
}

export type Planes = ReturnType<typeof openPlanes>

/**
 * A member that knows no other has its store alone: nobody could bring an empty one up to date, and a copy it goes on
 * with, for nobody else is there who could know what that does not. Not where entries may be committed that this life
 * has not applied, for one of them may admit somebody; nor where a backup was restored, for others may have joined after it: a
 * person knows that, and recovers. `place`: where the store is. @throws `storeCorrupt`
 */
export const resumeIfAlone = (
  { consensus, decisions }: Planes,
  mesh: Pick<MeshFile, 'founder' | 'founded' | 'members' | 'restored'>,
  place: string,
): void => {
  if (knowsOthers(mesh, consensus.self)) return
  const { isObserver, commitIndex, lastIndex } = consensus.view()
  if (mesh.founded && lastIndex === 0) throw storeLost(place)
  const isAlone = commitIndex === lastIndex && decisions.view.nodes.size <= 1
  if (isObserver && isAlone && mesh.restored !== true) consensus.adoptStore()
}

/** Only the one voter of a mesh can be at its founding: with others there, it is done. */
const votesAlone = ({ configuration: { voters } }: ConsensusView, self: NodeId): boolean =>
  voters.length === 1 && voters[0] === self

/** A mesh begins at the greatest version of its founder. */
const beginningAt = ({ most }: VersionRange) => (most === FIRST_VERSION ? {} : { version: most })

/**
 * Where this node founds: the first words of a mesh, its name and its first node. Said again after a crash in between, once each.
 * `trust`: null of a mesh without a root, as the simulator has them.
 */
export const foundMesh = async (
  { network, nodeName, clock, versions }: Outside,
  { consensus, decisions }: Planes,
  mesh: Pick<MeshFile, 'founder' | 'founded' | 'mesh' | 'name'>,
  trust: Trust | null = null,
): Promise<void> => {
  const { self } = network.connections
  if (!mesh.founder || mesh.founded || !votesAlone(consensus.view(), self)) return
  const atMs = clock.wallMs()
  if (decisions.view.mesh === null) {
    await decisions
      .decide({
        type: 'meshFounded',
        mesh: mesh.mesh,
        name: mesh.name,
        atMs,
        ...beginningAt(versions),
        ...(trust && { trust }),
      })
      .catch((error: unknown) => {
        // It was founded before: after a restart the log is not read that far yet.
        if (!isCoterieError(error, 'decisionRefused')) throw error
      })
  }
  if (decisions.view.nodes.size === 0) {
    const addresses = [...network.connections.addresses()]
    const admitted = { type: 'nodeAdmitted', node: self, name: nodeName, addresses, atMs } as const
    await decisions.decide({ ...admitted, ...tellRange(versions) })
  }
}
