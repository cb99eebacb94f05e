/**
 * A voter as a process of its own: store, network, consensus and decisions, composed as the daemon composes them, and
 * nothing else. Its parent asks over the channel between them, one question at a time.
 */
import type { Serializable } from 'node:child_process'
import { COMPACTION, createConsensusService } from '../../node/consensus/index.ts'
import { systemClock } from '../../node/daemon/system-clock.ts'
import { createDecisionService } from '../../node/decisions/index.ts'
import { createChannel, createNetwork, generateIdentity } from '../../node/network/index.ts'
import { openStore } from '../../node/storage/index.ts'
import { consensusMessageCodec, DEFAULT_TIMINGS } from '../../protocols/consensus/index.ts'
import { type Decision, decisionCodec } from '../../protocols/decisions/index.ts'
import { PROTOCOLS } from '../../protocols/wire/index.ts'
import { eventually } from '../../test/support/eventually.ts'
import { silentLogger } from '../../test/support/silent-logger.ts'

export interface Place {
  readonly node: string
  readonly addresses: readonly string[]
}

export type VoterQuestion =
  | { readonly type: 'place' }
  /** Learns of the others, and waits for them. */
  | { readonly type: 'meet'; readonly others: readonly Place[] }
  /** Makes these the voters. */
  | { readonly type: 'vote'; readonly voters: readonly string[] }
  /** Admits itself and accepts a service: what decisions of tasks need. */
  | { readonly type: 'prepare' }
  /** Assigns so many slots from `from` on, `outstanding` at a time; milliseconds that all of it took. */
  | { readonly type: 'assign'; readonly from: number; readonly count: number; readonly outstanding: number }

const OBJECT = 'bench/service/decisions'
const REVISION = 'a'.repeat(64)
const TIMEOUT_MS = 30_000

const [dataDir, founding] = process.argv.slice(2) as [string, string]

const store = await openStore({ dataDir, logger: silentLogger })
const fail = (error: Error): never => {
  throw error
}
const network = createNetwork(
  { logger: silentLogger, random: Math.random, clock: systemClock },
  { privateKey: generateIdentity(), listen: ['/ip4/127.0.0.1/tcp/0'] },
)
const { self } = network.connections
const consensus = createConsensusService(
  {
    ...network,
    channel: createChannel({ ...network, logger: silentLogger }, PROTOCOLS.consensus, consensusMessageCodec),
    store: store.consensus,
    clock: systemClock,
    random: Math.random,
    logger: silentLogger,
  },
  {
    self,
    timings: DEFAULT_TIMINGS,
    founding: founding === 'founds',
    admit: (data) => data,
    snapshot: () => decisions.snapshot(),
    compaction: COMPACTION,
    onFailed: fail,
  },
)
const decisions = createDecisionService({
  consensus,
  clock: systemClock,
  logger: silentLogger,
  onFailed: fail,
})
await network.start()
await consensus.start()

const assignment = (slot: number): Decision => ({
  type: 'taskAssigned',
  object: OBJECT,
  revision: REVISION,
  slot,
  node: self,
  replaces: null,
  reason: 'the only node that may run it',
})

/** As what asks for decisions does: `outstanding` of them wait at any time. */
const assign = async (from: number, count: number, outstanding: number): Promise<number> => {
  let next = from
  const startMs = performance.now()
  const askOn = async (): Promise<void> => {
    while (next < from + count) await decisions.decide(assignment(next++), { timeoutMs: TIMEOUT_MS })
  }
  await Promise.all(Array.from({ length: outstanding }, askOn))
  return performance.now() - startMs
}

const answer = async (question: VoterQuestion): Promise<Serializable> => {
  switch (question.type) {
    case 'place':
      return { node: self, addresses: [...network.connections.addresses()] }
    case 'meet':
      network.connections.setMembers(new Set([self, ...question.others.map(({ node }) => node)]))
      for (const { node, addresses } of question.others) network.connections.learn(node, addresses)
      await eventually(
        'all are connected',
        () => network.connections.connected().length === question.others.length,
      )
      return true
    case 'vote':
      await eventually('it leads', () => consensus.view().role === 'leader')
      consensus.changeVoters(question.voters)
      await eventually('they vote', () => {
        const { changingVoters, configuration } = consensus.view()
        return !changingVoters && configuration.voters.length === question.voters.length
      })
      return true
    case 'prepare': {
      const hlc = { wallMs: 1, counter: 0 }
      const revision = { object: OBJECT, revision: REVISION, parents: [], hlc, removed: false }
      await decisions.decide({ type: 'nodeAdmitted', node: self, name: 'voter', addresses: [], atMs: 1 })
      await decisions.decide({ type: 'revisionAccepted', ...revision })
      return decisionCodec.encode(assignment(0)).byteLength
    }
    case 'assign':
      return assign(question.from, question.count, question.outstanding)
  }
}

process.on('message', (question: VoterQuestion) => {
  answer(question).then(
    (value) => process.send?.({ value }),
    (error: Error) => process.send?.({ error: error.message }),
  )
})
// A parent that is gone has no use for its voters.
process.once('disconnect', () => process.exit(0))
process.send?.({ value: true })
