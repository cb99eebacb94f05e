/** Signs as a client does, with keys of the test's own. */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { Users } from '../../../node/users/index.ts'
import type { Challenge, KeyLogin, LoginTokens } from '../../../protocols/control/index.ts'
import {
  encodeSshKey,
  encodeSshSignature,
  LOGIN_NAMESPACE,
  sshSignedBytes,
} from '../../../protocols/credentials/index.ts'

export interface ClientKey {
  readonly raw: Uint8Array
  readonly privateKey: KeyObject
  /** As a `.pub` file has it. */
  readonly line: string
}

export const newKey = (comment = 'ada@laptop'): ClientKey => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const raw = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(-32))
  return {
    raw,
    privateKey,
    line: `ssh-ed25519 ${Buffer.from(encodeSshKey(raw)).toString('base64')} ${comment}`,
  }
}

/** The answer to a challenge. */
export const answerTo = (
  user: string,
  { text, seal }: Challenge,
  { raw, privateKey }: ClientKey,
  namespace = LOGIN_NAMESPACE,
): KeyLogin => {
  const digest = createHash('sha256').update(text).digest()
  const signature = new Uint8Array(sign(null, sshSignedBytes(namespace, 'sha256', digest), privateKey))
  const blob = encodeSshSignature({ key: raw, namespace, hash: 'sha256', signature })
  return { user, text, seal, signature: Buffer.from(blob).toString('base64') }
}

export const signIn = (users: Users, user: string, key: ClientKey): Promise<LoginTokens> =>
  users.loginByKey(answerTo(user, users.challenge(user, 'socket'), key), null)
