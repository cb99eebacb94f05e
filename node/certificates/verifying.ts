import {
  chainFault,
  claimsOf,
  type IdentityClaims,
  lifeOf,
  meshIdOf,
  SKEW_MS,
} from '../../protocols/credentials/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { MEMBERS_MAX, type NodeId } from '../../protocols/wire/index.ts'
import type { Chain, VerifiedIdentity } from '../ports/certificates.ts'
import { fingerprint, readChain, sha256 } from './reading.ts'

/** Chains whose signatures are known to be good: those of all members, and of each the one before. */
const CHAINS_MAX = 2 * MEMBERS_MAX

/** At which time a chain is judged. */
export interface Moment {
  readonly atMs: number
  /** True where this machine's clock is known to be behind: then nothing begins too late. */
  readonly isLate: boolean
}

/** What stays true of a chain, whatever the time. */
interface Proven {
  readonly claims: IdentityClaims
  readonly serial: string
  readonly issuer: NodeId
  readonly notBeforeMs: number
  readonly notAfterMs: number
  /** Of leaf and intermediate. */
  readonly fingerprints: readonly string[]
}

export interface Verifier {
  /** @throws `certificateInvalid`, `certificateExpired`, `certificateForeign` */
  verify(chain: Chain, peer: NodeId, moment: Moment): VerifiedIdentity
}

const invalid = (peer: NodeId, detail: string) => new CoterieError('certificateInvalid', { peer, detail })

const minutes = (ms: number): string => `${Math.ceil(ms / 60_000)} min`

/**
 * Holds chains against one root. Signatures are looked at once for each chain, time and revocation each time: a member that
 * connects again costs a hash. `isRevoked`: by fingerprint.
 */
export const createVerifier = (
  rootHash: Uint8Array,
  isRevoked: (fingerprint: string) => boolean = () => false,
): Verifier => {
  const mesh = meshIdOf(rootHash)
  const known = new Map<string, Proven>()

  const prove = (chain: Chain, peer: NodeId): Proven => {
    const [leaf, intermediate, root] = chain as [Uint8Array, Uint8Array, Uint8Array]
    const read = readChain(chain)
    if (read === null) throw invalid(peer, 'it is no chain of three certificates with good signatures')
    if (!Buffer.from(rootHash).equals(sha256(root))) throw new CoterieError('certificateForeign', { peer })
    const fault = chainFault(read, { mesh, node: peer })
    if (fault !== null) throw invalid(peer, fault)
    if (read.subject !== peer) throw invalid(peer, 'it certifies another key')
    return {
      claims: claimsOf(read.leaf, mesh) as IdentityClaims,
      serial: read.leaf.serial,
      issuer: read.intermediate.commonName,
      ...lifeOf(read),
      fingerprints: [fingerprint(leaf), fingerprint(intermediate)],
    }
  }

  /** By the whole chain and whose it is said to be; a changed byte makes it another one. */
  const recall = (chain: Chain, peer: NodeId): Proven => {
    const key = `${peer} ${chain.map(fingerprint).join(' ')}`
    const proven = known.get(key) ?? prove(chain, peer)
    if (!known.has(key) && known.size >= CHAINS_MAX) known.clear()
    known.set(key, proven)
    return proven
  }

  return {
    verify: (chain, peer, { atMs, isLate }) => {
      const { claims, serial, issuer, notBeforeMs, notAfterMs, fingerprints } = recall(chain, peer)
      if (fingerprints.some(isRevoked)) throw invalid(peer, 'it was revoked')
      if (notAfterMs <= atMs)
        throw new CoterieError('certificateExpired', { peer, expiredMs: atMs - notAfterMs })
      if (!isLate && notBeforeMs > atMs) {
        const ahead = minutes(notBeforeMs + SKEW_MS - atMs)
        throw invalid(peer, `by the clock of this machine it was made ${ahead} in the future`)
      }
      return { ...claims, serial, issuer, notAfterMs }
    },
  }
}
