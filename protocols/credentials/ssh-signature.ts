/**
 * Signatures as `ssh-keygen -Y sign` makes them (OpenSSH, PROTOCOL.sshsig), of Ed25519 keys alone:
 *
 *     blob   = "SSHSIG" | uint32 1 | string publicKey | string namespace | string reserved | string hashName | string signature
 *     signed = "SSHSIG" | string namespace | string reserved | string hashName | string hash(message)
 *
 * where `publicKey` and `signature` are `string "ssh-ed25519" | string bytes`. Hashing and verifying are given in.
 */
import { concat, equals, fromString } from 'uint8arrays'
import { CoterieError } from '../errors/index.ts'
import { readSsh, sshString } from './ssh-wire.ts'

/** What a signature for a login is made under, so that one for a file or a commit is worth nothing here. */
export const LOGIN_NAMESPACE = 'coterie-login'

/** Bytes of a blob: one of an Ed25519 key has less than 200. */
export const SSH_SIGNATURE_BYTES_MAX = 1_024

const MAGIC = fromString('SSHSIG')
const VERSION = 1
const ED25519 = 'ssh-ed25519'
const KEY_BYTES = 32
const SIGNATURE_BYTES = 64

export type SshHash = 'sha256' | 'sha512'

export interface SshSignature {
  /** Raw Ed25519 public key, which the signature says it is of. */
  readonly key: Uint8Array
  readonly namespace: string
  readonly hash: SshHash
  readonly signature: Uint8Array
}

const refuse = (detail: string) => new CoterieError('malformedMessage', { what: 'SSH signature', detail })

/** The bytes after `string "ssh-ed25519"`. */
const ed25519In = (blob: Uint8Array, length: number): Uint8Array => {
  const reader = readSsh(blob, refuse)
  const algorithm = reader.text()
  if (algorithm !== ED25519) throw refuse('it is of no Ed25519 key')
  const bytes = reader.bytes()
  if (bytes.byteLength !== length) throw refuse(`${length} bytes should stand where ${bytes.byteLength} do`)
  reader.end()
  return bytes
}

/** A public key, as `ssh-ed25519 AAAA... comment` has it in its second word. @throws `malformedMessage` */
export const parseSshKey = (blob: Uint8Array): Uint8Array => ed25519In(blob, KEY_BYTES)

export const encodeSshKey = (key: Uint8Array): Uint8Array =>
  concat([sshString(fromString(ED25519)), sshString(key)])

/** Reads a blob, verifying nothing. @throws `malformedMessage` */
export const parseSshSignature = (blob: Uint8Array): SshSignature => {
  if (blob.byteLength > SSH_SIGNATURE_BYTES_MAX) throw refuse(`it has over ${SSH_SIGNATURE_BYTES_MAX} bytes`)
  const reader = readSsh(blob, refuse)
  if (!equals(reader.take(MAGIC.byteLength), MAGIC)) throw refuse('it does not begin with SSHSIG')
  if (reader.number() !== VERSION) throw refuse(`it is not of version ${VERSION}`)
  const key = parseSshKey(reader.bytes())
  const namespace = reader.text()
  if (reader.bytes().byteLength > 0) throw refuse('what is reserved is not empty')
  const hash = reader.text()
  if (hash !== 'sha256' && hash !== 'sha512') throw refuse('its hash is neither sha256 nor sha512')
  const signature = ed25519In(reader.bytes(), SIGNATURE_BYTES)
  reader.end()
  return { key, namespace, hash, signature }
}

export const encodeSshSignature = ({ key, namespace, hash, signature }: SshSignature): Uint8Array =>
  concat([
    MAGIC,
    new Uint8Array([0, 0, 0, VERSION]),
    sshString(encodeSshKey(key)),
    sshString(fromString(namespace)),
    sshString(new Uint8Array()),
    sshString(fromString(hash)),
    sshString(concat([sshString(fromString(ED25519)), sshString(signature)])),
  ])

/** The bytes that the key signs; `digest` is the message's, by `hash`. */
export const sshSignedBytes = (namespace: string, hash: SshHash, digest: Uint8Array): Uint8Array =>
  concat([
    MAGIC,
    sshString(fromString(namespace)),
    sshString(new Uint8Array()),
    sshString(fromString(hash)),
    sshString(digest),
  ])

/** The signature's blob in the armour of `ssh-keygen`, or as bare base64. @throws `malformedMessage` */
export const parseSshArmour = (text: string): SshSignature => {
  const bare = text.replace(/-----(BEGIN|END) SSH SIGNATURE-----/g, '').replace(/\s+/g, '')
  let blob: Uint8Array
  try {
    blob = fromString(bare.replace(/=+$/, ''), 'base64')
  } catch {
    throw refuse('it is no base64')
  }
  return parseSshSignature(blob)
}
