/** Nodes with real keys and certificates, on one clock that the test sets; files are in memory, and one log is everybody's. */
import assert from 'node:assert/strict'
import {
  type CertificatesService,
  createApplicant,
  createCertificates,
  createRootDesk,
  type Files,
  foundRoot,
  type Kept,
  type MeshLog,
  openKept,
  type RootDesk,
} from '../../../node/certificates/index.ts'
import { createSigning } from '../../../node/intent/index.ts'
import type { Applicant, Certificates } from '../../../node/ports/certificates.ts'
import { createDecisions, type Decision } from '../../../protocols/decisions/index.ts'
import { CoterieError } from '../../../protocols/errors/index.ts'
import { SUPPORTED } from '../../../protocols/versions/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import { createHandClock, type HandClock } from '../../support/hand-clock.ts'
import { newIdentity } from '../../support/identities.ts'
import { createMemoryNetwork, type MemoryNetwork } from '../../support/memory-network.ts'
import { silentLogger } from '../../support/silent-logger.ts'

export const DAY_MS = 86_400_000
export const NOW_MS = Date.parse('2026-11-22T12:00:00Z')

export interface CertifiedNode {
  readonly node: NodeId
  readonly name: string
  readonly seed: Uint8Array
  readonly files: Files
  readonly kept: Kept
  readonly certificates: CertificatesService
  readonly desk: RootDesk
}

export interface Circle {
  readonly clock: HandClock
  readonly network: MemoryNetwork
  readonly log: MeshLog
  readonly rootHash: Uint8Array
  readonly mesh: string
  readonly founder: CertifiedNode
  /** Where every node is reached from now on. */
  setHosts(hosts: readonly string[]): void
  decide(decision: Decision): Promise<number>
  /** A machine that nobody has admitted. */
  applicant(): {
    readonly node: NodeId
    readonly applicant: Applicant
    readonly files: Files
    readonly seed: Uint8Array
  }
  admit(node: NodeId, name: string): Promise<number>
  /** One more member, by a token as it were. */
  join(name: string): Promise<CertifiedNode>
  /** The certificates of a member as its next life has them, whose clock says another time. */
  reopen(member: CertifiedNode, wallMs: number): Promise<Certificates>
  close(): Promise<void>
}

export const memoryFiles = (): Files => {
  const kept = new Map<string, string>()
  return {
    read: async (name) => kept.get(name) ?? null,
    write: async (name, text) => void kept.set(name, text),
    remove: async (name) => void kept.delete(name),
    pathOf: (name) => `/data/${name}`,
  }
}

const HOSTS = ['192.168.7.9', '203.0.113.7', 'pi.example.org']

export const foundCircle = async (nowMs = NOW_MS): Promise<Circle> => {
  let hosts: readonly string[] = HOSTS
  const clock = createHandClock(nowMs)
  const network = createMemoryNetwork()
  const { view, apply } = createDecisions()
  const listeners = new Set<() => void>()
  const services = new Set<CertificatesService>()
  const keptOfAll: Kept[] = []
  const log: MeshLog = {
    member: (node) => {
      const member = view.nodes.get(node)
      return member === undefined ? null : { name: member.name, role: member.role, capabilities: [] }
    },
    members: () => view.nodes.keys(),
    issuers: () => view.issuers,
    isRevoked: (fingerprint) => view.revocations.has(fingerprint),
    hasLeft: (node) => view.removedNodes.has(node),
    onChange: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
  const decide = async (decision: Decision): Promise<number> => {
    const index = view.appliedIndex + 1
    const outcome = apply(index, decision)
    for (const tell of listeners) tell()
    if (!outcome.ok) throw new CoterieError('decisionRefused', { reason: outcome.reason })
    return index
  }
  const admit = (node: NodeId, name: string) =>
    decide({ type: 'nodeAdmitted', node, name, addresses: [], atMs: clock.wallMs(), meshVersions: SUPPORTED })

  const open = async (seed: Uint8Array, node: NodeId, name: string, files: Files): Promise<CertifiedNode> => {
    const kept = await openKept(files)
    const { requests } = network.join(node)
    const keys = createSigning(seed)
    const parts = { clock, random: () => 0.5, logger: silentLogger, requests, keys, log, kept }
    const certificates = createCertificates({ ...parts, hosts: () => hosts }, { self: node })
    await certificates.start()
    services.add(certificates)
    keptOfAll.push(kept)
    const shown = () => keptOfAll.map((each) => each.identity())
    const desk = createRootDesk({ ...parts, files, certificates, decide, shown }, { self: node })
    return { node, name, seed, files, kept, certificates, desk }
  }

  const { seed, node } = newIdentity()
  const files = memoryFiles()
  const keys = createSigning(seed)
  const claims = { node, name: 'attic', role: 'full', capabilities: [] } as const
  const founded = await foundRoot({ clock, keys, files }, { meshName: 'home', hosts, ...claims })
  const trust = { root: founded.root, issuers: [{ node, certificate: founded.issuer }] }
  await decide({
    type: 'meshFounded',
    mesh: founded.mesh,
    name: 'home',
    atMs: nowMs,
    version: 2,
    trust,
  })
  await admit(node, 'attic')
  const founder = await open(seed, node, 'attic', files)
  const rootHash = founder.certificates.rootHash()

  const applicant: Circle['applicant'] = () => {
    const identity = newIdentity()
    const kept = memoryFiles()
    const parts = { keys: createSigning(identity.seed), files: kept, hosts: () => hosts }
    return {
      node: identity.node,
      seed: identity.seed,
      files: kept,
      applicant: createApplicant(parts, { self: identity.node }),
    }
  }

  return {
    clock,
    network,
    log,
    rootHash,
    mesh: founded.mesh,
    founder,
    setHosts: (next) => {
      hosts = next
    },
    decide,
    admit,
    applicant,
    join: async (name) => {
      const joiner = applicant()
      await admit(joiner.node, name)
      const issued = await founder.certificates.issue(await joiner.applicant.request())
      await joiner.applicant.accept(issued, rootHash, clock.wallMs())
      const member = await open(joiner.seed, joiner.node, name, joiner.files)
      assert.equal(member.certificates.verify(issued.identity, joiner.node).name, name)
      return member
    },
    reopen: async ({ node: self, files: kept }, wallMs) => {
      const { requests } = network.join(self)
      const parts = { random: () => 0.5, logger: silentLogger, requests, keys, log, hosts: () => hosts }
      return createCertificates(
        { ...parts, kept: await openKept(kept), clock: createHandClock(wallMs) },
        { self },
      )
    },
    close: async () => {
      await Promise.all([...services].map((service) => service.stop()))
    },
  }
}
