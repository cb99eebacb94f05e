import { generateKeyPairSync } from 'node:crypto'
import { concat, fromString, toString as textOf } from 'uint8arrays'
import type { NodeId } from '../../protocols/wire/index.ts'

export interface TestIdentity {
  readonly seed: Uint8Array
  readonly node: NodeId
}

/** A new Ed25519 key as its 32-byte seed, and the node id that libp2p makes of it. */
export const newIdentity = (): TestIdentity => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const seed = new Uint8Array(privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32))
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
  return { seed, node: textOf(concat([fromString('002408011220', 'base16'), raw]), 'base58btc') }
}
