/** A member that admits others, and machines that join, over real networks on loopback; the log of the mesh is in memory and commits at once. */
import { createSigning } from '../../../node/intent/index.ts'
import {
  createTokenDesk,
  handleJoins,
  type JoinedMesh,
  type JoinInit,
  joinMesh,
  type NewToken,
} from '../../../node/join/index.ts'
import {
  createAddressDiscovery,
  generateIdentity,
  type MeasuredNetwork,
} from '../../../node/network/index.ts'
import type { Clock } from '../../../node/ports/clock.ts'
import type { Discovery } from '../../../node/ports/discovery.ts'
import type { Network } from '../../../node/ports/network.ts'
import { meshIdOf, parseToken } from '../../../protocols/credentials/index.ts'
import { createDecisions, type Decision } from '../../../protocols/decisions/index.ts'
import { CoterieError } from '../../../protocols/errors/index.ts'
import { SUPPORTED } from '../../../protocols/versions/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import { silentLogger } from '../../support/silent-logger.ts'
import { realClock, startNode } from '../network/nodes.ts'
import {
  paperApplicant,
  paperCertificates,
  paperChain,
  rootHashOf,
  verifyPaper,
} from './paper-certificates.ts'

export const ROOT = 'the root of home'
export const MESH = meshIdOf(rootHashOf(ROOT))

const TOKEN: NewToken = {
  startsInMs: 0,
  ttlMs: 3_600_000,
  usesMax: 1,
  role: 'full',
  capabilities: [],
  cidrs: [],
  labels: [],
  tellsAddresses: false,
}

/** Answers whoever greets as a member does: with a chain, its own unless it lies. */
export const showChain = (
  network: MeasuredNetwork,
  root: string,
  node: NodeId = network.connections.self,
): void => {
  network.requireProofs({
    own: () => paperChain(root, node),
    verify: verifyPaper(root),
    onRefused: () => undefined,
  })
}

/** A member that admits others and makes tokens. `wallMs`: what its clock, the leader's, says. */
export const startMember = async ({ root = ROOT, wallMs = Date.now } = {}) => {
  const privateKey = generateIdentity()
  const clock: Clock = { ...realClock, wallMs }
  const network = await startNode({ privateKey }, { clock })
  const { self } = network.connections
  const { view, apply } = createDecisions()
  const decided: Decision[] = []
  /** Thrown in place of the answers to come, after their decision stands. */
  const losses: Error[] = []
  const decide = async (decision: Decision) => {
    decided.push(decision)
    const index = view.appliedIndex + 1
    const outcome = apply(index, decision)
    if (index > 2) network.connections.setMembers(new Set(view.nodes.keys()))
    const loss = losses.shift()
    if (loss !== undefined) throw loss
    if (!outcome.ok) throw new CoterieError('decisionRefused', { reason: outcome.reason })
    return index
  }
  await decide({ type: 'meshFounded', mesh: meshIdOf(rootHashOf(root)), name: 'home', atMs: 1 })
  const addresses = [...network.connections.addresses()]
  await decide({ type: 'nodeAdmitted', node: self, name: 'attic', addresses, atMs: 1 })
  const parts = {
    decisions: { view, decide },
    certificates: paperCertificates(root),
    clock,
    addressesOf: (node: string) => view.nodes.get(node)?.addresses ?? [],
    ...createSigning(privateKey),
  }
  const { remoteAddress, requests } = {
    requests: network.requests,
    remoteAddress: network.remoteAddress.bind(network),
  }
  showChain(network, root)
  handleJoins({ ...parts, requests, remoteAddress, logger: silentLogger }, { self })
  const desk = createTokenDesk(parts, { self })
  const invite = async (terms: Partial<NewToken> = {}): Promise<string> => {
    const { text } = await desk.create({ ...TOKEN, ...terms })
    decided.length = 0
    return text
  }
  decided.length = 0
  return { network, self, view, decide, decided, losses, desk, invite }
}

export interface Joining extends Partial<Pick<JoinInit, 'name' | 'timeoutMs' | 'supported' | 'role'>> {
  readonly discoveries?: readonly Discovery[]
  /** What the clock of the machine that joins says. */
  readonly wallMs?: () => number
}

/** Joins `at` those, by a token as a person gives it. */
export const join = (
  joiner: MeasuredNetwork,
  at: readonly Network[],
  token: string,
  { discoveries, wallMs = Date.now, ...init }: Joining = {},
): Promise<JoinedMesh> => {
  const addresses = at.flatMap(({ connections }) => connections.addresses())
  return joinMesh(
    {
      network: joiner,
      discoveries: discoveries ?? [createAddressDiscovery({ addresses })],
      applicant: paperApplicant(joiner.connections.self),
      clock: { ...realClock, wallMs },
      logger: silentLogger,
    },
    {
      token: parseToken(token),
      name: 'cellar',
      version: '1.0.0',
      role: 'full',
      supported: SUPPORTED,
      timeoutMs: 20_000,
      signal: new AbortController().signal,
      ...init,
    },
  )
}
