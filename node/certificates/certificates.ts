/** The certificates of a member: shown, held against the root, renewed in time, and issued where this node may. */
import {
  claimsOf,
  type IdentityClaims,
  type IssuerAnswer,
  issuedCodec,
  issuerAnswerCodec,
  leavesRequestCodec,
  renewAtMs,
  SKEW_MS,
} from '../../protocols/credentials/index.ts'
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'
import { type NodeId, PROTOCOLS } from '../../protocols/wire/index.ts'
import type { CertificateRequest, Certificates, Chain, IssuedCertificates } from '../ports/certificates.ts'
import type { Clock, Random } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Requests } from '../ports/network.ts'
import type { Service } from '../ports/service.ts'
import { toBase64 } from './certificate-file.ts'
import { fileOf, type Kept } from './kept.ts'
import { areCertified, certifiable } from './own-addresses.ts'
import { fingerprint, isFor, readCertificate } from './reading.ts'
import { loadMaking, makeOwnRequest, signed, signLeaves } from './signing.ts'
import type { MeshLog, NodeKeys } from './types.ts'
import { createVerifier, type Moment } from './verifying.ts'

/** An issuer may have to wait for the log, and to load what it signs with. */
const ISSUE_TIMEOUT_MS = 10_000

/** Members asked for one renewal: a node tries again, and asks others then. */
const ASKED_MAX = 16

/** How often a node looks whether its time has come: one that slept renews within this. */
const LOOK_MS = 60_000

/** After an attempt that failed before the end, when nothing is in a hurry. */
const RETRY_MS = 10 * 60_000

/** After a renewal by a key that counts no more: the issuer learns of that from the log, too. */
const AGAIN_MS = 1_000

/** After the first one that failed once they count no more, or soon: the issuer may just be starting. Each doubles it, up to `LOOK_MS`. */
const ENDED_RETRY_MS = 1_000

export interface CertificatesComponents {
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly requests: Requests
  readonly keys: NodeKeys
  readonly log: MeshLog
  readonly kept: Kept
  /** Addresses at which this node's HTTPS is reached now; the leaf is renewed soon after it lacks one. */
  hosts(): readonly string[]
}

export interface CertificatesService extends Certificates, Service {
  /** Somebody took this node's chain for one that counts no more: looks for a new one soon. */
  onRefused(): void
  /** The key with which this node would issue, as a request for its intermediate; the same again until it is granted. */
  issuerRequest(): Promise<IssuerAnswer>
}

const sameClaims = (a: IdentityClaims | null, b: Omit<IdentityClaims, 'node'>): boolean =>
  a?.name === b.name && a.role === b.role && a.capabilities.join() === b.capabilities.join()

/** The same for the same addresses, in whatever order a system lists them. */
const wordOf = (hosts: readonly string[]): string => [...certifiable(hosts)].sort().join()

export class MemberCertificates implements CertificatesService {
  readonly #components: CertificatesComponents
  readonly #self: NodeId
  readonly #verifier: ReturnType<typeof createVerifier>
  readonly #listeners = new Set<() => void>()
  #renewAtMs: number
  /** Hosts that were last asked for. An issuer may not give all: then nobody asks for the same again at every look. */
  #askedHosts: string | null = null
  /** Attempts that failed, one after the other. */
  #failures = 0
  #notBeforeMs = Number.NEGATIVE_INFINITY
  #renewing: Promise<void> | null = null
  #cancelLook = (): void => {}
  #endLog = (): void => {}

  constructor(components: CertificatesComponents, { self }: { readonly self: NodeId }) {
    this.#components = components
    this.#self = self
    const { kept, log, random } = components
    this.#verifier = createVerifier(kept.rootHash, (id) => log.isRevoked(id))
    this.#renewAtMs = renewAtMs(kept.leaf(), random())
  }

  rootHash(): Uint8Array {
    return this.#components.kept.rootHash
  }

  identityChain(): Chain {
    return this.#components.kept.identity()
  }

  https(): { readonly certificate: string; readonly key: string } {
    return this.#components.kept.https()
  }

  onRenewed(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  verify(chain: Chain, peer: NodeId): ReturnType<Certificates['verify']> {
    return this.#verifier.verify(chain, peer, this.#moment())
  }

  async issue(request: CertificateRequest): Promise<IssuedCertificates> {
    const { kept } = this.#components
    const issuer = kept.issuer()
    if (issuer === null) return await this.#ask(request)
    return await signLeaves(this.#components, { issuer, root: kept.root, mesh: kept.mesh }, request)
  }

  async start(): Promise<void> {
    const { log, requests } = this.#components
    requests.handleRequest(
      PROTOCOLS.certificates,
      async (_from, payload) => {
        const { node, request } = leavesRequestCodec.decode(payload)
        if (this.#components.kept.issuer() === null)
          throw new CoterieError('certificateRefused', { detail: 'this node is no issuer' })
        return issuedCodec.encode(asMessage(await this.issue({ node, ...request })))
      },
      { unproven: true },
    )
    requests.handleRequest(PROTOCOLS.issuer, async () => issuerAnswerCodec.encode(await this.issuerRequest()))
    this.#endLog = log.onChange(() => void this.#onLog())
    await this.#onLog()
    this.#look(LOOK_MS)
  }

  async stop(): Promise<void> {
    this.#endLog()
    this.#cancelLook()
    await this.#renewing
  }

  onRefused(): void {
    this.#renewAtMs = Number.NEGATIVE_INFINITY
    this.#tend()
  }

  async issuerRequest(): Promise<IssuerAnswer> {
    const { keys, kept } = this.#components
    if (kept.issuerKey() === null) {
      const { makeRequest } = await loadMaking()
      const { request, key } = await makeRequest()
      await kept.change((file) => ({
        issuerKey: { request: toBase64(request), key: toBase64(key) },
        ...file,
      }))
    }
    const { request } = kept.issuerKey() as { readonly request: Uint8Array }
    return { request, signature: await keys.sign(signed('issuer', request)) }
  }

  /** No earlier than its own certificate was made: a machine without a clock begins in 1970. */
  #moment(): Moment {
    const { clock, kept } = this.#components
    const madeAtMs = kept.leaf().notBeforeMs + SKEW_MS
    const wallMs = clock.wallMs()
    return { atMs: Math.max(wallMs, madeAtMs), isLate: wallMs < madeAtMs - SKEW_MS }
  }

  #look(afterMs: number): void {
    this.#cancelLook()
    this.#cancelLook = this.#components.clock.after(afterMs, () => {
      this.#look(LOOK_MS)
      this.#tend()
    })
  }

  /** Renews where it is time to, one attempt at once. */
  #tend(): void {
    const { clock, logger } = this.#components
    if (this.#renewing !== null || clock.nowMs() < this.#notBeforeMs || !this.#isDue()) return
    this.#renewing = this.#renew()
      .catch((error: unknown) => {
        const isUrgent = this.#isEnded() || this.#countsNoMore()
        const retryMs = isUrgent ? Math.min(LOOK_MS, ENDED_RETRY_MS * 2 ** this.#failures) : RETRY_MS
        this.#failures += 1
        this.#notBeforeMs = clock.nowMs() + retryMs
        this.#look(Math.min(retryMs, LOOK_MS))
        logger.warn({ error }, 'the certificates of this node could not be renewed yet')
      })
      .finally(() => {
        this.#renewing = null
      })
  }

  #isEnded(): boolean {
    return this.#components.kept.leaf().notAfterMs <= this.#moment().atMs
  }

  #isDue(): boolean {
    const { kept, log } = this.#components
    if (this.#moment().atMs >= this.#renewAtMs) return true
    if (this.#countsNoMore()) return true
    const member = log.member(this.#self)
    return (member !== null && !sameClaims(claimsOf(kept.leaf(), kept.mesh), member)) || this.#lacksHosts()
  }

  /** By what the log says of its issuer; or soon, for that is about to be revoked. */
  #countsNoMore(): boolean {
    const { kept, log } = this.#components
    return log.isRevoked(fingerprint(kept.identity()[1] as Uint8Array)) || this.#hasOldIssuer()
  }

  #lacksHosts(): boolean {
    const { hosts, kept } = this.#components
    const present = hosts()
    return !areCertified(present, kept.httpsLeaf()) && wordOf(present) !== this.#askedHosts
  }

  /** Its issuer has another key by now, of which a log that is still being read may not tell yet; or it has left, and others issue. */
  #hasOldIssuer(): boolean {
    const { kept, log } = this.#components
    const intermediate = kept.identity()[1] as Uint8Array
    const issuers = log.issuers()
    if ([...issuers.values()].some((each) => Buffer.from(intermediate).equals(each))) return false
    const own = readCertificate(intermediate)
    const present = issuers.get(own.commonName)
    if (present === undefined) return issuers.size > 0 && log.hasLeft(own.commonName)
    return readCertificate(present).notAfterMs > own.notAfterMs
  }

  async #renew(): Promise<void> {
    const { hosts, keys, kept, logger, random } = this.#components
    const present = hosts()
    const { request, key } = await makeOwnRequest(keys, { node: this.#self, hosts: present })
    const issued = await this.issue(request)
    this.verify(issued.identity, this.#self)
    if (!isFor(issued.https, key))
      throw new CoterieError('certificateRefused', { detail: 'it was issued for another key' })
    await kept.change((file) => ({ ...file, ...fileOf(issued, key) }))
    this.#failures = 0
    this.#askedHosts = wordOf(present)
    this.#renewAtMs = renewAtMs(kept.leaf(), random())
    // The issuer did not know of its new key yet.
    if (this.#isDue()) this.#look(AGAIN_MS)
    logger.info({ until: new Date(kept.leaf().notAfterMs).toISOString() }, 'new certificates')
    for (const listener of this.#listeners) listener()
  }

  /**
   * Those of the log, and whoever issued what this node has; then others, for a log that was not read to its end may not tell of
   * the newest issuers.
   */
  #issuers(): NodeId[] {
    const { kept, log } = this.#components
    const last = readCertificate(kept.identity()[1] as Uint8Array).commonName
    const issuers = new Set([...log.issuers().keys(), last])
    const others = [...log.members()].filter((node) => !issuers.has(node))
    const all = [...this.#shuffled(issuers), ...this.#shuffled(others)]
    return all.filter((node) => node !== this.#self).slice(0, ASKED_MAX)
  }

  #shuffled(nodes: Iterable<NodeId>): NodeId[] {
    const drawn = Array.from(nodes, (node) => ({ node, draw: this.#components.random() }))
    return drawn.sort((a, b) => a.draw - b.draw).map(({ node }) => node)
  }

  async #ask({ node, ...request }: CertificateRequest): Promise<IssuedCertificates> {
    const { logger, log, requests } = this.#components
    const payload = leavesRequestCodec.encode({ node, request: { ...request, hosts: [...request.hosts] } })
    const tried: string[] = []
    let last: unknown
    for (const issuer of this.#issuers()) {
      try {
        const options = { timeoutMs: ISSUE_TIMEOUT_MS }
        const issued = issuedCodec.decode(
          await requests.request(issuer, PROTOCOLS.certificates, payload, options),
        )
        this.verify(issued.identity, node)
        return issued
      } catch (error) {
        logger.debug({ error, issuer }, 'an issuer gave no certificates')
        tried.push(log.member(issuer)?.name ?? issuer)
        last = error
      }
    }
    if (isCoterieError(last, 'certificateRefused')) throw last
    throw new CoterieError('issuerUnreachable', { tried }, { cause: last })
  }

  /** What the log says of this node as an issuer, and of its certificates. */
  async #onLog(): Promise<void> {
    const { kept, log, logger } = this.#components
    try {
      const granted = log.issuers().get(this.#self)
      const issuer = kept.issuer()
      if (issuer !== null && log.isRevoked(fingerprint(issuer.certificate)))
        await kept.change(({ issuer: _, ...file }) => file)
      const own = kept.issuerKey()
      const isNew = granted !== undefined && !Buffer.from(kept.issuer()?.certificate ?? []).equals(granted)
      if (isNew && own !== null && isFor([granted, kept.root, kept.root], own.key))
        await kept.change(({ issuerKey: _, ...file }) => ({
          ...file,
          issuer: { certificate: toBase64(granted), key: toBase64(own.key) },
        }))
    } catch (error) {
      logger.warn({ error }, 'what this node may issue was not written')
    }
    this.#tend()
  }
}

/** Copies, for the codec's types are not read-only. */
const asMessage = ({ identity, https }: IssuedCertificates) => ({
  identity: [...identity],
  https: [...https],
})
