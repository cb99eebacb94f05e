/** Certificates for a member whose file is gone: its key and its log are left, and whoever issues goes by those. */
import {
  type IdentityClaims,
  issuedCodec,
  leavesRequestCodec,
  meshIdOf,
} from '../../protocols/credentials/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { type NodeId, PROTOCOLS } from '../../protocols/wire/index.ts'
import type { CertificateRequest, IssuedCertificates } from '../ports/certificates.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Requests } from '../ports/network.ts'
import { createApplicant } from './applicant.ts'
import { CERTIFICATES, type Files, loadCertificates, loadRootKey } from './certificate-file.ts'
import { isFor, sha256 } from './reading.ts'
import { loadMaking, signLeaves } from './signing.ts'
import type { NodeKeys } from './types.ts'

/** As long as a machine that joins looks for a member: others may be starting too. */
const LOOK_FOR_MS = 30_000
const ASK_AGAIN_MS = 1_000
/** An issuer may have to load what it signs with. */
const ISSUE_TIMEOUT_MS = 10_000

/** The log of the node's last life. */
export interface LastLog {
  /** Null where it does not say. */
  readonly root: Uint8Array | null
  readonly claims: IdentityClaims
  /** Whom to ask, those who issue first. */
  readonly others: readonly NodeId[]
}

export interface LostComponents {
  readonly clock: Clock
  readonly logger: Logger
  readonly requests: Pick<Requests, 'request'>
  readonly keys: NodeKeys
  readonly files: Files
  hosts(): readonly string[]
  lastLog(): Promise<LastLog>
}

/**
 * Makes the file again where there is none: by the root's key where that is here, else by an issuer, which is waited for. What this node
 * issued with is lost with the file. @throws `storeCorrupt` where its log does not know the root either, `issuerUnreachable`, `certificateRefused`
 */
export const restoreLost = async (components: LostComponents, mesh: string): Promise<void> => {
  const { clock, files, logger, lastLog } = components
  if ((await loadCertificates(files)) !== null) return
  const { root, claims, others } = await lastLog()
  if (root === null || meshIdOf(sha256(root)) !== mesh)
    throw new CoterieError('storeCorrupt', {
      path: files.pathOf(CERTIFICATES),
      detail: 'it is missing, and the log of this node does not say what the root of its mesh is',
    })
  logger.warn({}, 'the certificates of this node are gone: it gets new ones')
  const applicant = createApplicant(components, { self: claims.node })
  const request = await applicant.request()
  const key = await loadRootKey(files)
  const issued =
    key !== null && isFor([root, root, root], key)
      ? await signByRoot(components, { root, key, mesh, claims }, request)
      : await askInTurn(components, others, request)
  await applicant.accept(issued, sha256(root), clock.wallMs())
}

interface RootInHand {
  readonly root: Uint8Array
  readonly key: Uint8Array
  readonly mesh: string
  readonly claims: IdentityClaims
}

/** Through an intermediate whose key nobody keeps: what shall issue on is granted, and stands in the log. */
const signByRoot = async (
  { clock, keys }: LostComponents,
  { root, key, mesh, claims }: RootInHand,
  request: CertificateRequest,
): Promise<IssuedCertificates> => {
  const { makeIntermediate, makeRequest } = await loadMaking()
  const own = await makeRequest()
  const authority = { certificate: root, key }
  const subject = { node: claims.node, request: own.request, mesh }
  const certificate = await makeIntermediate(authority, subject, clock.wallMs())
  if (certificate === null) throw new CoterieError('internal', { detail: 'the root refused its own key' })
  const issuer = { certificate, key: own.key }
  return await signLeaves({ clock, keys, log: { member: () => claims } }, { issuer, root, mesh }, request)
}

const askInTurn = async (
  { clock, logger, requests }: LostComponents,
  others: readonly NodeId[],
  { node, ...request }: CertificateRequest,
): Promise<IssuedCertificates> => {
  const payload = leavesRequestCodec.encode({ node, request: { ...request, hosts: [...request.hosts] } })
  const untilMs = clock.nowMs() + LOOK_FOR_MS
  for (;;) {
    for (const other of others) {
      try {
        const options = { timeoutMs: ISSUE_TIMEOUT_MS }
        return issuedCodec.decode(await requests.request(other, PROTOCOLS.certificates, payload, options))
      } catch (error) {
        logger.debug({ error, issuer: other }, 'an issuer gave no certificates')
      }
    }
    if (clock.nowMs() >= untilMs) throw new CoterieError('issuerUnreachable', { tried: [...others] })
    await new Promise<void>((resolve) => clock.after(ASK_AGAIN_MS, resolve))
  }
}
