import { hash as digest } from 'node:crypto'
import { equals } from 'uint8arrays'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Outside } from '../daemon/outside.ts'

const SIGNATURE_BYTES = 64

const hash = (bytes: Uint8Array): Uint8Array => new Uint8Array(digest('sha256', bytes, 'buffer'))

/**
 * As long as Ed25519's, and cheap, for the simulator's forgers try no more than another's name: FNV-1a (32 bits) over the signer and the message, so that it
 * is worth nothing under another name or for other bytes.
 */
const signatureOf = (signer: NodeId, message: Uint8Array): Uint8Array => {
  let sum = 0x811c9dc5
  for (let at = 0; at < signer.length; at++) sum = Math.imul(sum ^ signer.charCodeAt(at), 0x01000193)
  for (const byte of message) sum = Math.imul(sum ^ byte, 0x01000193)
  const signature = new Uint8Array(SIGNATURE_BYTES)
  new DataView(signature.buffer).setInt32(0, sum)
  return signature
}

export const signingOf = (self: NodeId): Outside['signing'] => ({
  hash,
  sign: (message) => signatureOf(self, message),
  verify: ({ signer, message, signature }) => equals(signature, signatureOf(signer, message)),
})
