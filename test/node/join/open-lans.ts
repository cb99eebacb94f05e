/** A member that is open to its LAN, and machines that ask it, over real networks on loopback. */
import { type AskInit, askToJoin, createOpenLan, type WindowTerms } from '../../../node/join/index.ts'
import { createAddressDiscovery, type MeasuredNetwork } from '../../../node/network/index.ts'
import type { Clock } from '../../../node/ports/clock.ts'
import type { Network } from '../../../node/ports/network.ts'
import type { AskedMesh } from '../../../protocols/control/index.ts'
import {
  type AskAnswer,
  type AskQuestion,
  askAnswerCodec,
  askQuestionCodec,
} from '../../../protocols/credentials/index.ts'
import { type NodeId, PROTOCOLS } from '../../../protocols/wire/index.ts'
import { eventually } from '../../support/eventually.ts'
import { silentLogger } from '../../support/silent-logger.ts'
import { realClock } from '../network/nodes.ts'
import { ROOT, startMember } from './meshes.ts'
import { paperCertificates } from './paper-certificates.ts'

export const TERMS: WindowTerms = { forMs: 600_000, autoApprove: false, role: 'full', cidrs: [] }

/** For machines that ask, which look and wait by seconds. */
const quickClock: Clock = { ...realClock, after: (afterMs, task) => realClock.after(afterMs / 20, task) }

const MACHINE = { arch: 'arm64', cpus: 4, memoryMb: 3_794 }

interface OpenMemberInit {
  readonly root?: string
  readonly terms?: Partial<WindowTerms>
  readonly isNear?: (address: string) => boolean
  /** Of who waits and how long, not of the network. */
  readonly clock?: Clock
}

/** With its window open. */
export const startOpenMember = async (init: OpenMemberInit = {}) => {
  const { root = ROOT, terms = {}, isNear = () => true, clock = realClock } = init
  const member = await startMember({ root })
  const { network, self, view, desk } = member
  const lan = createOpenLan(
    {
      requests: network.requests,
      tokens: desk,
      view,
      certificates: paperCertificates(root),
      clock,
      logger: silentLogger,
      remoteAddress: network.remoteAddress.bind(network),
      isNear,
      beacons: () => [],
    },
    { self },
  )
  await lan.open({ ...TERMS, ...terms })
  /** The first request that waits for a person. */
  const waiting = () =>
    eventually('somebody waits', () => {
      const found = lan.asking().find(({ state }) => state === 'waiting')
      return found !== undefined && { ...found, fingerprint: found.fingerprint as string }
    })
  return { ...member, lan, waiting }
}

export interface AskTo extends Partial<Omit<AskInit, 'machine'>> {
  /** What the screen of the machine shows. */
  readonly screen?: AskedMesh[]
}

/** Asks `at` those; whoever is asked there agrees. */
export const askAt = (asker: MeasuredNetwork, at: readonly Network[], { screen = [], ...init }: AskTo = {}) =>
  askToJoin(
    {
      network: asker,
      discoveries: [
        createAddressDiscovery({ addresses: at.flatMap(({ connections }) => connections.addresses()) }),
      ],
      clock: quickClock,
      logger: silentLogger,
    },
    {
      name: 'cellar',
      role: 'full',
      machine: MACHINE,
      timeoutMs: 200_000,
      signal: new AbortController().signal,
      compare: async (asked) => void screen.push(asked),
      ...init,
    },
  )

/** One question, as bytes on the wire. */
export const say = async (asker: Network, to: NodeId, question: AskQuestion): Promise<AskAnswer> =>
  askAnswerCodec.decode(
    await asker.requests.request(to, PROTOCOLS.ask, askQuestionCodec.encode(question), { timeoutMs: 5_000 }),
  )

/** A request with that commitment. */
export const askWith = (commitment: Uint8Array): AskQuestion => ({
  type: 'ask',
  commitment,
  name: 'cellar',
  role: 'full',
  machine: MACHINE,
})
