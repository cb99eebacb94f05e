/** Logging in by a key: what the client signs, and whether it did. See docs/design/users.md. */
import { createHash, createHmac, createPublicKey, randomBytes, timingSafeEqual, verify } from 'node:crypto'
import type { Challenge, KeyLogin } from '../../protocols/control/index.ts'
import {
  CHALLENGE_MS,
  challengeText,
  LOGIN_NAMESPACE,
  parseChallenge,
  parseSshArmour,
  type SshSignature,
  sshSignedBytes,
} from '../../protocols/credentials/index.ts'
import type { Clock } from '../ports/clock.ts'

const NONCE_BYTES = 16
/** DER around a raw Ed25519 key (RFC 8410). */
const PUBLIC_KEY_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

export interface Challenges {
  make(user: string, at: string): Challenge
  /**
   * The key that signed a challenge of this process, for that user, in time, and not one that was spent; null otherwise.
   * @throws `malformedMessage` for what is no signature or no challenge
   */
  keyOf(signed: KeyLogin): Uint8Array | null
  /** It opened something, and opens nothing more. */
  spend(challenge: Pick<Challenge, 'text'>): void
}

const isSignedBy = ({ key, namespace, hash, signature }: SshSignature, text: string): boolean => {
  const digest = createHash(hash).update(text).digest()
  const der = Buffer.concat([PUBLIC_KEY_PREFIX, key])
  const publicKey = createPublicKey({ key: der, format: 'der', type: 'spki' })
  return verify(null, sshSignedBytes(namespace, hash, digest), publicKey, signature)
}

export const createChallenges = (
  { clock }: { readonly clock: Pick<Clock, 'wallMs'> },
  { mesh, self }: { readonly mesh: string; readonly self: string },
): Challenges => {
  const sealing = randomBytes(32)
  /** Nonces with their ends. */
  const spent = new Map<string, number>()
  const sealOf = (text: string): Buffer => createHmac('sha256', sealing).update(text).digest()

  const isOwn = ({ text, seal }: Challenge): boolean => {
    const given = Buffer.from(seal, 'base64url')
    const expected = sealOf(text)
    return given.byteLength === expected.byteLength && timingSafeEqual(given, expected)
  }

  return {
    make: (user, at) => {
      const nonce = randomBytes(NONCE_BYTES).toString('hex')
      const untilMs = clock.wallMs() + CHALLENGE_MS
      const text = challengeText({ at, mesh, node: self, user, nonce, untilMs })
      return { text, seal: sealOf(text).toString('base64url') }
    },
    keyOf: ({ user, text, seal, signature }) => {
      const read = parseSshArmour(signature)
      const challenge = parseChallenge(text)
      const nowMs = clock.wallMs()
      const isGood =
        isOwn({ text, seal }) &&
        challenge.user === user &&
        challenge.untilMs >= nowMs &&
        !spent.has(challenge.nonce) &&
        read.namespace === LOGIN_NAMESPACE &&
        isSignedBy(read, text)
      return isGood ? read.key : null
    },
    spend: ({ text }) => {
      const nowMs = clock.wallMs()
      for (const [nonce, untilMs] of spent) if (untilMs < nowMs) spent.delete(nonce)
      const { nonce, untilMs } = parseChallenge(text)
      spent.set(nonce, untilMs)
    },
  }
}
