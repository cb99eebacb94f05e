/**
 * Signs and verifies with the keys that node ids are made of: Ed25519 (RFC 8032), its public key in the id itself.
 *
 * A node id is base58 of the identity multihash of libp2p's protobuf of the key (libp2p peer-ids specification):
 * `00 24 08 01 12 20` and the 32 bytes of the key.
 */
import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto'
import { fromString } from 'uint8arrays'
import type { Hash, Sign, Verify } from '../../crdt/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'

const ID_PREFIX = Buffer.from('002408011220', 'hex')
/** DER around a raw Ed25519 key (RFC 8410). */
const PUBLIC_KEY_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')
const PRIVATE_KEY_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')
const KEY_BYTES = 32

/** Public keys kept: more than a mesh has members. */
const KEYS_MAX = 2_000

/** Signs with the 32-byte seed of a key. */
const createSign = (seed: Uint8Array): Sign => {
  const der = Buffer.concat([PRIVATE_KEY_PREFIX, seed])
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  return (message) => new Uint8Array(sign(null, message, key))
}

/** The public key in a node id, or null where there is none. */
const publicKeyOf = (node: NodeId): KeyObject | null => {
  const id = fromString(node, 'base58btc')
  if (
    id.byteLength !== ID_PREFIX.byteLength + KEY_BYTES ||
    !ID_PREFIX.equals(id.subarray(0, ID_PREFIX.byteLength))
  )
    return null
  const der = Buffer.concat([PUBLIC_KEY_PREFIX, id.subarray(ID_PREFIX.byteLength)])
  return createPublicKey({ key: der, format: 'der', type: 'spki' })
}

const createVerify = (): Verify => {
  const keys = new Map<NodeId, KeyObject | null>()
  return ({ signer, message, signature }) => {
    let key = keys.get(signer)
    if (key === undefined) {
      if (keys.size >= KEYS_MAX) keys.clear()
      key = publicKeyOf(signer)
      keys.set(signer, key)
    }
    return key !== null && verify(null, message, key, signature)
  }
}

/** What intent needs of cryptography, with the 32-byte seed of a node's identity. */
export const createSigning = (
  seed: Uint8Array,
): { readonly hash: Hash; readonly sign: Sign; readonly verify: Verify } => {
  if (seed.byteLength !== KEY_BYTES) throw new TypeError(`an identity has ${KEY_BYTES} bytes`)
  return {
    hash: (bytes) => new Uint8Array(hash('sha256', bytes, 'buffer')),
    sign: createSign(seed),
    verify: createVerify(),
  }
}
