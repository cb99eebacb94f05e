/** What a person does with the root: look at it, take its key away and bring it back, and say who may issue. */
import { type IssuerAnswer, issuerAnswerCodec } from '../../protocols/credentials/index.ts'
import type { DecisionOf } from '../../protocols/decisions/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { type NodeId, PROTOCOLS } from '../../protocols/wire/index.ts'
import type { Chain } from '../ports/certificates.ts'
import type { Clock } from '../ports/clock.ts'
import type { Requests } from '../ports/network.ts'
import { type Files, loadRootKey, ROOT_KEY, saveRootKey } from './certificate-file.ts'
import type { CertificatesService } from './certificates.ts'
import type { Kept } from './kept.ts'
import { fingerprint, isFor, readCertificate, toPem } from './reading.ts'
import { openSealed, readSealed, sealRoot } from './sealing.ts'
import { loadMaking, signed } from './signing.ts'
import type { MeshLog, NodeKeys } from './types.ts'

/** The node that is asked makes a key first. */
const ASK_TIMEOUT_MS = 10_000

/** How long members may take to renew before the old key counts no more: whoever is away renews when it is back. */
const ROTATION_WAIT_MS = 30_000
const LOOK_AGAIN_MS = 100

export interface RootDeskComponents {
  readonly clock: Clock
  readonly requests: Requests
  readonly keys: Pick<NodeKeys, 'verify'>
  readonly log: MeshLog
  readonly kept: Kept
  readonly files: Files
  readonly certificates: Pick<CertificatesService, 'issuerRequest'>
  decide(decision: DecisionOf<'issuerGranted' | 'issuerRevoked' | 'credentialRevoked'>): Promise<number>
  /** The chains that members have shown here. */
  shown(): Iterable<Chain>
}

export interface RootView {
  readonly mesh: string
  /** SHA-256 of its DER, in hexadecimal. */
  readonly fingerprint: string
  /** In PEM. */
  readonly certificate: string
  readonly notAfterMs: number
  readonly keyHere: boolean
}

export interface IssuerView {
  readonly node: NodeId
  readonly notAfterMs: number
}

export interface RootDesk {
  root(): Promise<RootView>
  /** The root's key, sealed; the key stays. @throws `rootKeyUnavailable` */
  export(passphrase: string): Promise<string>
  /** Deletes the key here, where what was exported can be opened with the passphrase. @throws `rootKeyUnavailable` */
  forget(sealed: string, passphrase: string): Promise<void>
  /** @throws `rootKeyUnavailable` where the passphrase, or the mesh, is another one */
  import(sealed: string, passphrase: string): Promise<void>
  issuers(): readonly IssuerView[]
  /** Lets a member issue certificates, by the root's key that is here. @throws `rootKeyUnavailable`, `certificateRefused`, `peerUnreachable`, ... */
  grant(node: NodeId): Promise<IssuerView>
  /**
   * Gives an issuer another key, waits until nobody shows the old one any more, and revokes that. @throws as `grant`, and
   * `certificateRefused` where it is no issuer
   */
  rotate(node: NodeId): Promise<IssuerView>
  /** Waits until nobody shows that intermediate any more, whose issuer has another key, and revokes it. @throws what deciding throws */
  retire(intermediate: Uint8Array): Promise<void>
  /** @throws `certificateRefused` where it is no issuer, `decisionRefused` where it is the last one */
  revoke(node: NodeId): Promise<void>
}

const unavailable = (detail: string) => new CoterieError('rootKeyUnavailable', { detail })
const refused = (detail: string) => new CoterieError('certificateRefused', { detail })

export const createRootDesk = (
  components: RootDeskComponents,
  { self }: { readonly self: NodeId },
): RootDesk => {
  const { clock, requests, keys, log, kept, files, certificates, decide, shown } = components
  const { root, mesh } = kept

  const keyHere = async (): Promise<Uint8Array> => {
    const key = await loadRootKey(files)
    if (key === null) throw unavailable('it is not on this machine')
    return key
  }
  const open = async (text: string, passphrase: string): Promise<Uint8Array> => {
    const sealed = readSealed(text)
    if (sealed === null) throw unavailable('the file is no export of it, or is damaged')
    if (sealed.mesh !== mesh) throw unavailable(`the file is of the mesh ${sealed.mesh}`)
    const key = await openSealed(sealed, passphrase)
    if (key === null) throw unavailable('the passphrase is wrong, or the file is damaged')
    if (!isFor([root, root, root], key)) throw unavailable('the file holds the key of another root')
    return key
  }
  const ask = async (node: NodeId): Promise<IssuerAnswer> => {
    if (node === self) return await certificates.issuerRequest()
    const options = { timeoutMs: ASK_TIMEOUT_MS }
    return issuerAnswerCodec.decode(await requests.request(node, PROTOCOLS.issuer, new Uint8Array(), options))
  }
  const viewOf = (node: NodeId, certificate: Uint8Array): IssuerView => ({
    node,
    notAfterMs: readCertificate(certificate).notAfterMs,
  })

  const grant = async (node: NodeId): Promise<IssuerView> => {
    const key = await keyHere()
    const { request, signature } = await ask(node)
    if (!(await keys.verify({ signer: node, message: signed('issuer', request), signature })))
      throw refused('the node did not sign its request')
    const { makeIntermediate } = await loadMaking()
    // An issuer keeps its age: the elder one outranks the other.
    const present = log.issuers().get(node)
    const age = present && { sinceMs: readCertificate(present).notBeforeMs }
    const asked = { node, request, mesh, ...age }
    const certificate = await makeIntermediate({ certificate: root, key }, asked, clock.wallMs())
    if (certificate === null) throw refused('it holds no key of the curve P-256 with a good signature')
    await decide({ type: 'issuerGranted', node, certificate, atMs: clock.wallMs() })
    return viewOf(node, certificate)
  }
  /** Until no chain here or of a connected member has that intermediate, or for so long as that may take. */
  const renewed = async (intermediate: Uint8Array): Promise<void> => {
    const untilMs = clock.nowMs() + ROTATION_WAIT_MS
    const isOld = ([, above]: Chain): boolean => Buffer.from(above ?? []).equals(intermediate)
    while ([kept.identity(), ...shown()].some(isOld) && clock.nowMs() < untilMs)
      await new Promise<void>((resolve) => clock.after(LOOK_AGAIN_MS, resolve))
  }

  const retire = async (intermediate: Uint8Array): Promise<void> => {
    await renewed(intermediate)
    const [credential, expiresAtMs] = [fingerprint(intermediate), readCertificate(intermediate).notAfterMs]
    const reason = 'its issuer has another key'
    await decide({ type: 'credentialRevoked', credential, expiresAtMs, reason, atMs: clock.wallMs() })
  }

  return {
    root: async () => ({
      mesh,
      fingerprint: fingerprint(root),
      certificate: toPem(root),
      notAfterMs: readCertificate(root).notAfterMs,
      keyHere: (await loadRootKey(files)) !== null,
    }),
    export: async (passphrase) => sealRoot({ mesh, root, key: await keyHere() }, passphrase),
    forget: async (sealed, passphrase) => {
      await keyHere()
      await open(sealed, passphrase)
      await files.remove(ROOT_KEY)
    },
    import: async (sealed, passphrase) => saveRootKey(files, await open(sealed, passphrase)),
    issuers: () => [...log.issuers()].map(([node, certificate]) => viewOf(node, certificate)),
    grant,
    retire,
    rotate: async (node) => {
      const old = log.issuers().get(node)
      if (old === undefined) throw refused('that node is no issuer')
      const view = await grant(node)
      await retire(old)
      return view
    },
    revoke: async (node) => {
      const certificate = log.issuers().get(node)
      if (certificate === undefined) throw refused('that node is no issuer')
      const expiresAtMs = readCertificate(certificate).notAfterMs
      const credential = fingerprint(certificate)
      await decide({ type: 'issuerRevoked', node, credential, expiresAtMs, atMs: clock.wallMs() })
    },
  }
}
