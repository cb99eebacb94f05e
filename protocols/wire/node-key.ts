/**
 * The key in a node id: base58 of the identity multihash of libp2p's protobuf of an Ed25519 key (libp2p peer-ids
 * specification), which is `00 24 08 01 12 20` and the 32 bytes of the key.
 */
import { concat, equals, fromString, toString as toText } from 'uint8arrays'
import type { NodeId } from './names.ts'

const PREFIX = new Uint8Array([0x00, 0x24, 0x08, 0x01, 0x12, 0x20])
const KEY_BYTES = 32

/** The 32 bytes of the Ed25519 public key in a node id; null where there is none. */
export const keyOfNode = (node: NodeId): Uint8Array | null => {
  const id = fromString(node, 'base58btc')
  const isKey =
    id.byteLength === PREFIX.byteLength + KEY_BYTES && equals(id.subarray(0, PREFIX.byteLength), PREFIX)
  return isKey ? id.subarray(PREFIX.byteLength) : null
}

/** The node id of an Ed25519 public key of 32 bytes. */
export const nodeOfKey = (key: Uint8Array): NodeId => toText(concat([PREFIX, key]), 'base58btc')
