import { DEFAULT_TIMINGS, type LogEntry } from '../../protocols/consensus/index.ts'
import { MEMBERSHIP_TIMINGS, type MemberStatus } from '../../protocols/membership/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import { createConsensusService, type NamedBytes } from '../consensus/index.ts'
import { acceptedRevisions, createDecisionService, judgeForwarded } from '../decisions/index.ts'
import { createIntentService, createSigning, type IntentService } from '../intent/index.ts'
import { createMembershipService } from '../membership/index.ts'
import { createVoterKeeper } from '../voters/index.ts'
import type { Entry } from './enter-mesh.ts'
import type { Ground } from './ground.ts'
import { isForgotten } from './observed.ts'
import { systemClock } from './system-clock.ts'

/** The planes that decide: who is alive, what was agreed, who votes, what is wanted. Not yet started. */
export const openPlanes = (ground: Ground, { mesh }: Entry, onFailed: (error: Error) => void) => {
  const { logger, store, network } = ground
  const { connections, messages, requests, streams } = network
  const edge = { connections, messages, requests, streams, clock: systemClock, random: Math.random }
  const intent = createIntentService(
    {
      ...edge,
      ...createSigning(ground.privateKey),
      topics: network.topics,
      records: (name) => store.records(name),
      logger: logger.child({ part: 'intent' }),
      forgotten: (node, key) => isForgotten(decisions.view, node, key),
    },
    { self: connections.self },
  )
  const consensus = createConsensusService(
    { ...edge, store: store.consensus, logger: logger.child({ part: 'consensus' }) },
    {
      self: connections.self,
      timings: DEFAULT_TIMINGS,
      founding: mesh.founder,
      admit: judgeForwarded,
      named: revisionsIn(intent),
      onFailed,
    },
  )
  const decisions = createDecisionService({ consensus, logger: logger.child({ part: 'decisions' }) })
  const membership = createMembershipService(
    { ...edge, records: store.records('membership'), logger: logger.child({ part: 'membership' }) },
    { self: connections.self, timings: MEMBERSHIP_TIMINGS },
  )
  /** How membership sees a node; this one is alive to itself, whatever it was told. */
  const healthOf = (node: NodeId): MemberStatus =>
    node === connections.self ? 'alive' : (membership.member(node)?.state ?? 'unknown')
  const isAlive = (node: NodeId): boolean => healthOf(node) === 'alive'
  const voters = createVoterKeeper({
    consensus,
    decisions,
    membership: { isAlive, onChange: (listener) => membership.onChange(listener) },
    clock: systemClock,
    logger: logger.child({ part: 'voters' }),
  })
  return { consensus, decisions, membership, voters, intent, healthOf, isAlive }
}

/** How long a voter waits for the bytes of revisions before it lets the leader send the append again. */
const STORED_TIMEOUT_MS = 5_000

/** The revisions that entries accept, as far as their bytes are on this disk. */
const revisionsIn = (intent: IntentService): NamedBytes => {
  const missing = (entries: readonly LogEntry[]) =>
    acceptedRevisions(entries).filter((id) => intent.revision(id) === null)
  return {
    isStored: (entry) => missing([entry]).length === 0,
    untilStored: (entries) =>
      intent.whenStored(missing(entries), { signal: AbortSignal.timeout(STORED_TIMEOUT_MS) }),
  }
}

export type Planes = ReturnType<typeof openPlanes>

/** The first words of a mesh: its name and its first node. Said again after a crash in between, once each. */
export const foundMesh = async (
  { network, settings }: Ground,
  { decisions }: Planes,
  { mesh }: Entry,
): Promise<void> => {
  const { self } = network.connections
  const atMs = systemClock.wallMs()
  if (decisions.view.mesh === null) {
    await decisions.decide({ type: 'meshFounded', mesh: mesh.mesh, name: mesh.name, atMs })
  }
  if (decisions.view.nodes.size === 0) {
    const addresses = [...network.connections.addresses()]
    await decisions.decide({ type: 'nodeAdmitted', node: self, name: settings.nodeName, addresses, atMs })
  }
}
