import { DEFAULT_TIMINGS, type LogEntry } from '../../protocols/consensus/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { MEMBERSHIP_TIMINGS } from '../../protocols/membership/index.ts'
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

/** An identity that leaves is answered before its connections are closed. */
export const REMOVAL_GRACE_MS = 1_000

/** How long a node that joined waits for the log to tell it so. */
const ADMISSION_TIMEOUT_MS = 20_000

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
  const isAlive = (node: NodeId) =>
    node === connections.self ||
    membership.members().some((member) => member.node === node && member.state === 'alive')
  const voters = createVoterKeeper({
    consensus,
    decisions,
    membership: { isAlive, onChange: (listener) => membership.onChange(listener) },
    clock: systemClock,
    logger: logger.child({ part: 'voters' }),
  })
  return { consensus, decisions, membership, voters, intent, isAlive }
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

/**
 * Keeps the gate, the roster and membership at what the log says; until it says anything, at whom this node knew
 * when it joined.
 */
export const followRoster = (
  { network }: Ground,
  { decisions, membership }: Planes,
  { mesh }: Entry,
): void => {
  const { connections } = network
  const fromLog = () => {
    const { nodes } = decisions.view
    const members = new Set(nodes.size > 0 ? nodes.keys() : [connections.self, ...mesh.members])
    connections.setMembers(members)
    membership.setRoster(members)
  }
  fromLog()
  decisions.onApplied(({ decision }) => {
    if (decision.type === 'nodeAdmitted') fromLog()
    if (decision.type === 'nodeRemoved') systemClock.after(REMOVAL_GRACE_MS, fromLog)
  })
}

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

/** Resolves once the log, as followed here, says that this node is a member. @throws `noQuorum` */
export const awaitAdmission = (self: NodeId, { decisions }: Planes): Promise<void> =>
  new Promise((resolve, reject) => {
    if (decisions.view.nodes.has(self)) return resolve()
    const end = decisions.onBatch(() => {
      if (!decisions.view.nodes.has(self)) return
      cancel()
      end()
      resolve()
    })
    const cancel = systemClock.after(ADMISSION_TIMEOUT_MS, () => {
      end()
      reject(new CoterieError('noQuorum', { waitedMs: ADMISSION_TIMEOUT_MS }))
    })
  })
