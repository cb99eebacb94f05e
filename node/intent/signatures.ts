/** Signs and verifies with the keys that node ids are made of: Ed25519 (RFC 8032), its public key in the id itself. */
import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto'
import type { Hash, Sign, Verify } from '../../crdt/index.ts'
import { keyOfNode, type NodeId } from '../../protocols/wire/index.ts'

/** DER around a raw Ed25519 key (RFC 8410). */
const PUBLIC_KEY_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')
const PRIVATE_KEY_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')
const KEY_BYTES = 32

/** Public keys kept: more than a mesh has members. */
const KEYS_MAX = 2_000

/** The key of a node's identity, of its 32-byte seed. */
export const privateKeyOf = (seed: Uint8Array): KeyObject => {
  if (seed.byteLength !== KEY_BYTES) throw new TypeError(`an identity has ${KEY_BYTES} bytes`)
  const der = Buffer.concat([PRIVATE_KEY_PREFIX, seed])
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
}

const createSign = (seed: Uint8Array): Sign => {
  const key = privateKeyOf(seed)
  return (message) => new Uint8Array(sign(null, message, key))
}

/** The public key in a node id, or null where there is none. */
export const publicKeyOf = (node: NodeId): KeyObject | null => {
  const bytes = keyOfNode(node)
  if (bytes === null) return null
  const der = Buffer.concat([PUBLIC_KEY_PREFIX, bytes])
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
): { readonly hash: Hash; readonly sign: Sign; readonly verify: Verify } => ({
  hash: (bytes) => new Uint8Array(hash('sha256', bytes, 'buffer')),
  sign: createSign(seed),
  verify: createVerify(),
})
