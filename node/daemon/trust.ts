/** How the parts of a node come to its certificates: those it keeps, what the log says of others, and the gate that asks for both. */
import type { Trust } from '../../protocols/decisions/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import {
  type CertificatesService,
  certifySuccessor,
  createCertificates,
  createRootDesk,
  createRootSigning,
  type Files,
  type Kept,
  type MeshLog,
  openKept,
  type RootDesk,
  restoreLost,
  type Successor,
} from '../certificates/index.ts'
import type { DecisionService } from '../decisions/index.ts'
import type { RootSigning } from '../ports/certificates.ts'
import type { Logger } from '../ports/logger.ts'
import type { Revocations } from '../revocations/index.ts'
import type { Ground } from './ground.ts'
import { readLastLog } from './last-log.ts'
import { hostsOf } from './own-hosts.ts'
import { loadRevocations } from './revocations.ts'

/** `decisions`: asked once there are any. */
const logOf = (decisions: () => Pick<DecisionService, 'view' | 'onBatch' | 'onRestored'>): MeshLog => ({
  member: (node) => {
    const member = decisions().view.nodes.get(node)
    return member === undefined
      ? null
      : { name: member.name, role: member.role, capabilities: member.capabilities ?? [] }
  },
  members: () => decisions().view.nodes.keys(),
  issuers: () => decisions().view.issuers,
  isRevoked: (fingerprint) => decisions().view.revocations.has(fingerprint),
  hasLeft: (node) => decisions().view.removedNodes.has(node),
  onChange: (listener) => {
    const ends = [decisions().onBatch(listener), decisions().onRestored(listener)]
    return () => {
      for (const end of ends) end()
    }
  },
})

export interface OwnTrust {
  readonly certificates: CertificatesService
  readonly desk: RootDesk
  /** What the founder tells the log; null of any other node. */
  readonly founding: Trust | null
  /** Once the log is read: an issuer whose key is gone lets itself issue anew, where the root's key is here. Throws nothing. */
  regrant(): Promise<void>
  /** Certificates for whoever is to take this node's place; resolves with the intermediate of this node. @throws as `certifySuccessor` */
  certify(successor: Successor): Promise<Uint8Array | null>
  readonly signing: RootSigning
  readonly revocations: Revocations
}

export interface TrustInit {
  readonly files: Files
  /** The id of the mesh. */
  readonly mesh: string
  /** Called with the first word of somebody else, not before. */
  decisions(): DecisionService
  /** This node stands on a copy of the directory of a machine that a member reaches. */
  onCopyRefused(error: CoterieError): void
}

/**
 * Opens what this node keeps, made again where it is gone, and lets the gate ask everybody for theirs from now on.
 * @throws `storeCorrupt` where it is damaged, or of another mesh, `issuerUnreachable` where nobody makes it again, `nodeRevoked`
 */
export const openTrust = async (
  ground: Ground,
  { files, mesh, decisions, onCopyRefused }: TrustInit,
): Promise<OwnTrust> => {
  const { network, settings, store, clock, random, logger: root, signing: keys, isCopy } = ground
  const { connections, requests } = network
  const { self } = connections
  const logger = root.child({ part: 'certificates' })
  const hosts = () => hostsOf(connections, settings)
  const lastLog = () => readLastLog(store.consensus, { self, name: settings.nodeName, role: settings.role })
  await restoreLost({ clock, logger, requests, keys, files, hosts, lastLog }, mesh)
  const kept = await openKept(files)
  if (kept.mesh !== mesh) {
    const detail = `it is of the mesh ${kept.mesh}, and this node of ${mesh}`
    throw new CoterieError('storeCorrupt', { path: files.pathOf('certificates.json'), detail })
  }
  const log = logOf(decisions)
  const parts = { clock, random, logger, requests, keys, log, kept }
  const certificates = createCertificates({ ...parts, hosts }, { self })
  const signing = createRootSigning({ kept, files })
  const revocations = await loadRevocations(ground, signing)
  const showAgain = network.requireProofs({
    own: () => certificates.identityChain(),
    verify: (chain, peer) => certificates.verify(chain, peer),
    onRefused: () => certificates.onRefused(),
    isCopy,
    onCopyRefused,
    revocations: {
      of: (node) => revocations.revoked.get(node)?.bytes ?? null,
      onShown: (shown) => {
        revocations
          .hear([shown])
          .catch((error: unknown) => logger.warn({ error: String(error) }, 'a revocation was not kept'))
      },
    },
  })
  certificates.onRenewed(showAgain)
  const decide: Parameters<typeof createRootDesk>[0]['decide'] = (decision) => decisions().decide(decision)
  const shown = () => network.proofs().values()
  const desk = createRootDesk({ ...parts, files, certificates, decide, shown }, { self })
  return {
    certificates,
    desk,
    founding: foundingOf(kept, self),
    regrant: () => regrant({ log, kept, desk, logger }, self),
    certify: (successor) => certifySuccessor({ ...parts, files, certificates, decide }, successor),
    signing,
    revocations,
  }
}

interface Regranting {
  readonly log: Pick<MeshLog, 'issuers'>
  readonly kept: Pick<Kept, 'issuer'>
  readonly desk: Pick<RootDesk, 'root' | 'grant'>
  readonly logger: Logger
}

/** An issuer whose key is gone lets itself issue anew, where the root's key is here. Throws nothing. */
const regrant = async ({ log, kept, desk, logger }: Regranting, self: string): Promise<void> => {
  if (kept.issuer() !== null || !log.issuers().has(self)) return
  try {
    if ((await desk.root()).keyHere) await desk.grant(self)
    else
      logger.warn(
        {},
        'this node issues no more: its key for that is gone; coterie issuer grant gives it another',
      )
  } catch (error) {
    logger.warn({ error }, 'this node could not let itself issue anew; coterie issuer grant does')
  }
}

const foundingOf = (kept: Kept, self: string): Trust | null => {
  const issuer = kept.issuer()
  return issuer === null
    ? null
    : { root: kept.root, issuers: [{ node: self, certificate: issuer.certificate }] }
}
