/** Logging in by a key: asks for a challenge and signs it. */
import { createHash, sign } from 'node:crypto'
import type { LoginTokens } from '../../protocols/control/index.ts'
import {
  encodeSshSignature,
  LOGIN_NAMESPACE,
  parseChallenge,
  parseSshKey,
  sshSignedBytes,
} from '../../protocols/control/signatures.ts'
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'
import type { Client } from '../client.ts'
import { readKeyFile } from './key-file.ts'
import { createSshAgent } from './ssh-agent.ts'

/** Makes the raw signature. */
interface Signer {
  readonly blob: Uint8Array
  sign(message: Uint8Array): Uint8Array | Promise<Uint8Array>
}

export interface KeyLoginOptions {
  /** Of the API that `client` asks. */
  readonly url: string
  readonly user: string
  /** A private key, or a public one whose private one ssh-agent has; null for whatever ssh-agent has. */
  readonly keyFile: string | null
  /** SSH_AUTH_SOCK. */
  readonly agentPath: string | undefined
}

/** Keys of an agent that are tried: the daemon allows no more attempts at once. */
const AGENT_KEYS_MAX = 3

const signersOf = async ({ keyFile, agentPath }: KeyLoginOptions): Promise<Signer[]> => {
  const byAgent = (blob: Uint8Array): Signer => ({
    blob,
    sign: (message) => createSshAgent(agentPath).sign(blob, message),
  })
  if (keyFile === null) {
    const blobs = await createSshAgent(agentPath).keys()
    if (blobs.length === 0)
      throw new CoterieError('keyUnusable', { source: 'in ssh-agent', detail: 'it has no Ed25519 key' })
    return blobs.slice(0, AGENT_KEYS_MAX).map(byAgent)
  }
  const file = await readKeyFile(keyFile)
  if (file.type === 'public') return [byAgent(file.blob)]
  return [{ blob: file.blob, sign: (message) => sign(null, message, file.key) }]
}

const loginBy = async (
  client: Client,
  { url, user }: KeyLoginOptions,
  { blob, sign }: Signer,
): Promise<LoginTokens> => {
  const { text, seal } = await client.call('POST /v1/login/challenge', { body: { user } })
  // Whoever answers may have it from another node, to log in there by this signature.
  const { at, user: whom } = parseChallenge(text)
  if (at !== new URL(url).origin || whom !== user)
    throw new CoterieError('loginElsewhere', { url, user: whom, at })
  const digest = createHash('sha512').update(text).digest()
  const signature = encodeSshSignature({
    key: parseSshKey(blob),
    namespace: LOGIN_NAMESPACE,
    hash: 'sha512',
    signature: await sign(sshSignedBytes(LOGIN_NAMESPACE, 'sha512', digest)),
  })
  const body = { user, text, seal, signature: Buffer.from(signature).toString('base64') }
  return await client.call('POST /v1/login/key', { body })
}

/** With the first key that is theirs. @throws `keyUnusable`, `loginRefused`, `loginElsewhere`, ... */
export const loginByKey = async (client: Client, options: KeyLoginOptions): Promise<LoginTokens> => {
  let refused: unknown
  for (const signer of await signersOf(options)) {
    try {
      return await loginBy(client, options, signer)
    } catch (error) {
      if (!isCoterieError(error, 'loginRefused')) throw error
      refused = error
    }
  }
  throw refused
}
