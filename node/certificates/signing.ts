/** What an issuer does: judges a request, and signs both leaves of a member. */
import { signingText } from '../../protocols/credentials/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { CertificateRequest, IssuedCertificates } from '../ports/certificates.ts'
import type { Clock } from '../ports/clock.ts'
import type { Authority } from './making.ts'
import { certifiable } from './own-addresses.ts'
import type { MeshLog, NodeKeys } from './types.ts'

/** An issuer may learn of an admission after the member that asks it: as long as the log may take on its way. */
const ADMISSION_WAIT_MS = 5_000
const LOOK_AGAIN_MS = 50

/** Loaded where something is made, which most nodes do once in weeks. */
export const loadMaking = () => import('./making.ts')

/** What the node signs of a request with its own key. */
export const signed = (kind: 'https' | 'issuer', request: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from(signingText(kind)), request])

/** A new key for HTTPS, and the request that an issuer signs. */
export const makeOwnRequest = async (
  keys: Pick<NodeKeys, 'sign'>,
  { node, hosts }: Pick<CertificateRequest, 'node' | 'hosts'>,
): Promise<{ readonly request: CertificateRequest; readonly key: Uint8Array }> => {
  const { makeRequest } = await loadMaking()
  const { request: https, key } = await makeRequest()
  const signature = await keys.sign(signed('https', https))
  return { request: { node, https, hosts: certifiable(hosts), signature }, key }
}

export interface SigningComponents {
  readonly clock: Clock
  readonly keys: Pick<NodeKeys, 'verify'>
  readonly log: Pick<MeshLog, 'member'>
}

const refused = (detail: string) => new CoterieError('certificateRefused', { detail })

const memberOf = async ({ clock, log }: SigningComponents, node: NodeId) => {
  const untilMs = clock.nowMs() + ADMISSION_WAIT_MS
  for (;;) {
    const member = log.member(node)
    if (member !== null) return member
    if (clock.nowMs() >= untilMs) throw refused(`node ${node} is no member`)
    await new Promise<void>((resolve) => clock.after(LOOK_AGAIN_MS, resolve))
  }
}

/** Both leaves of a member, by what the log says of it. @throws `certificateRefused` */
export const signLeaves = async (
  components: SigningComponents,
  { issuer, root, mesh }: { readonly issuer: Authority; readonly root: Uint8Array; readonly mesh: string },
  { node, https, hosts, signature }: CertificateRequest,
): Promise<IssuedCertificates> => {
  const { clock, keys } = components
  if (!(await keys.verify({ signer: node, message: signed('https', https), signature })))
    throw refused(`node ${node} did not sign the request`)
  const member = await memberOf(components, node)
  const { makeHttpsLeaf, makeIdentityLeaf } = await loadMaking()
  const wallMs = clock.wallMs()
  const forHttps = await makeHttpsLeaf(issuer, { name: member.name, request: https, hosts, mesh }, wallMs)
  if (forHttps === null) throw refused('it holds no key of the curve P-256 with a good signature')
  const identity = await makeIdentityLeaf(issuer, { node, ...member }, mesh, wallMs)
  const above = [issuer.certificate, root]
  return { identity: [identity, ...above], https: [forHttps, ...above] }
}
