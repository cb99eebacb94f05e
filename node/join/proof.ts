import { createHmac, timingSafeEqual } from 'node:crypto'
import { PACKET_KEY_TEXT, proofText, TAG_TEXT } from '../../protocols/credentials/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'

/** 64 bits of the tag: enough that two meshes on one network never share it, short enough for a DNS label. */
const TAG_HEX_LENGTH = 16

const sign = (secret: Uint8Array, text: string): Uint8Array =>
  createHmac('sha256', secret).update(text).digest()

/** Proof that `side` holds the secret, bound to the two proven ids of this connection. */
export const makeProof = (
  secret: Uint8Array,
  side: 'joiner' | 'member',
  joiner: NodeId,
  member: NodeId,
): Uint8Array => new Uint8Array(sign(secret, proofText(side, joiner, member)))

/** Compares in constant time, so that a wrong proof tells nothing by how long it takes. */
export const isProof = (
  given: Uint8Array,
  secret: Uint8Array,
  side: 'joiner' | 'member',
  joiner: NodeId,
  member: NodeId,
): boolean => {
  const wanted = makeProof(secret, side, joiner, member)
  return given.byteLength === wanted.byteLength && timingSafeEqual(given, wanted)
}

/** Names the mesh with this secret to mDNS and in DNS records; who does not hold the secret cannot tell it. */
export const discoveryTag = (secret: Uint8Array): string =>
  Buffer.from(sign(secret, TAG_TEXT)).toString('hex').slice(0, TAG_HEX_LENGTH)

/** The key of the mesh's UDP discovery, 32 bytes. Unlike the tag it is never said. */
export const discoveryKey = (secret: Uint8Array): Uint8Array => sign(secret, PACKET_KEY_TEXT)
