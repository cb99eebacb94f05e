/** A node's key and the id that it stands for. */
import { createPrivateKey, createPublicKey, randomBytes } from 'node:crypto'
import { privateKeyFromProtobuf, privateKeyFromRaw } from '@libp2p/crypto/keys'
import type { PrivateKey } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import type { NodeId } from '../../protocols/wire/index.ts'

const SEED_BYTES = 32

/** What stands before the seed in an Ed25519 private key of PKCS #8 (RFC 8410, section 7). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

/** A new identity: the 32-byte seed of an Ed25519 key (RFC 8032, section 5.1.5). A secret. */
export const generateIdentity = (): Uint8Array => new Uint8Array(randomBytes(SEED_BYTES))

const publicKeyOf = (seed: Uint8Array): Uint8Array => {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' })
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-SEED_BYTES)
}

/** The libp2p key of a seed, or of libp2p's own protobuf form. Throws a TypeError on a key of another kind. */
export const privateKeyOf = (bytes: Uint8Array): PrivateKey => {
  const key =
    bytes.byteLength === SEED_BYTES
      ? privateKeyFromRaw(Buffer.concat([bytes, publicKeyOf(bytes)]))
      : privateKeyFromProtobuf(bytes)
  if (key.type !== 'Ed25519') throw new TypeError('an identity is an Ed25519 key')
  return key
}

/** The node id of an identity: what others see when it connects. */
export const nodeIdOf = (privateKey: Uint8Array): NodeId =>
  peerIdFromPrivateKey(privateKeyOf(privateKey)).toString()
