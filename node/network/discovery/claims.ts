/** What a stranger says that a node is, checked for its form. */
import { peerIdFromString } from '@libp2p/peer-id'
import { parseMultiaddr } from '../addresses.ts'

/** The id of an Ed25519 key. */
export const isNodeId = (text: string): boolean => {
  try {
    return peerIdFromString(text).type === 'Ed25519'
  } catch {
    return false
  }
}

/** A multiaddr that TCP can dial. */
export const isMultiaddr = (text: string): boolean => {
  try {
    return parseMultiaddr(text) !== null
  } catch {
    return false
  }
}
