/** Ed25519 keys in files: as OpenSSH writes them, or in PEM. */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { encodeSshKey, parseSshKey, readSsh } from '../../protocols/control/signatures.ts'
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'

/** `blob`: the public key, as OpenSSH writes it in base64. */
export type KeyFile =
  | { readonly type: 'private'; readonly blob: Uint8Array; readonly key: KeyObject }
  | { readonly type: 'public'; readonly blob: Uint8Array }

const MAGIC = 'openssh-key-v1\0'
const SEED_BYTES = 32
/** DER around a raw Ed25519 key (RFC 8410). */
const PRIVATE_KEY_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

const OPENSSH = /^-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]*)-----END OPENSSH PRIVATE KEY-----/
const BAD = (detail: string) => new Error(detail)

/** OpenSSH's PROTOCOL.key: one key, without a passphrase. */
const readOpenSsh = (bytes: Uint8Array): KeyObject => {
  const file = readSsh(bytes, BAD)
  if (Buffer.from(file.take(MAGIC.length)).toString('latin1') !== MAGIC) throw BAD('it is damaged')
  const cipher = file.text()
  if (cipher !== 'none') throw BAD('it has a passphrase: add it to ssh-agent with ssh-add, and give --agent')
  file.text()
  file.bytes()
  if (file.number() !== 1) throw BAD('it holds several keys')
  parseSshKey(file.bytes())
  const secret = readSsh(file.bytes(), BAD)
  const check = secret.number()
  if (secret.number() !== check) throw BAD('it is damaged')
  secret.text()
  secret.bytes()
  const seed = secret.bytes().subarray(0, SEED_BYTES)
  return createPrivateKey({ key: Buffer.concat([PRIVATE_KEY_PREFIX, seed]), format: 'der', type: 'pkcs8' })
}

const blobOf = (key: KeyObject): Uint8Array => {
  if (key.asymmetricKeyType !== 'ed25519') throw BAD('it is no Ed25519 key')
  return encodeSshKey(createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-SEED_BYTES))
}

const read = (text: string): KeyFile => {
  if (text.startsWith('ssh-')) {
    const blob = Buffer.from(text.split(/\s+/)[1] ?? '', 'base64')
    parseSshKey(blob)
    return { type: 'public', blob }
  }
  const armoured = OPENSSH.exec(text)?.[1]
  const key = armoured === undefined ? createPrivateKey(text) : readOpenSsh(Buffer.from(armoured, 'base64'))
  return { type: 'private', blob: blobOf(key), key }
}

/** @throws `keyUnusable` */
export const readKeyFile = async (path: string): Promise<KeyFile> => {
  try {
    return read(await readFile(path, 'utf8'))
  } catch (error) {
    const detail = isCoterieError(error, 'malformedMessage') ? error.data.detail : (error as Error).message
    throw new CoterieError('keyUnusable', { source: path, detail })
  }
}

/** The line of a `.pub` file, also of a private key. @throws `keyUnusable` */
export const publicLineOf = async (path: string): Promise<string> => {
  const key = await readKeyFile(path)
  if (key.type === 'public') return (await readFile(path, 'utf8')).trim()
  return `ssh-ed25519 ${Buffer.from(key.blob).toString('base64')} ${path.split('/').at(-1)}`
}
