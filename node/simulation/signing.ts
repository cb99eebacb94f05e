import { hash as digest } from 'node:crypto'
import { concat, equals, fromString } from 'uint8arrays'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Outside } from '../daemon/outside.ts'

const hash = (bytes: Uint8Array): Uint8Array => new Uint8Array(digest('sha256', bytes, 'buffer'))

/** As long as Ed25519's. It says who signed what, and is cheap: the simulator has no forgers. */
const signatureOf = (signer: NodeId, message: Uint8Array): Uint8Array => {
  const half = hash(concat([fromString(signer), message]))
  return concat([half, half])
}

export const signingOf = (self: NodeId): Outside['signing'] => ({
  hash,
  sign: (message) => signatureOf(self, message),
  verify: ({ signer, message, signature }) => equals(signature, signatureOf(signer, message)),
})
