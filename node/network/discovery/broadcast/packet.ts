/**
 * Packets of UDP discovery, sealed with a key that only the mesh has.
 *
 * Grammar: `iv (12) | AES-256-GCM of (length (2, big endian) | message in CBOR | zeros) | tag (16)`, always `PACKET_BYTES` long:
 * an answer is no longer than its question, and a stranger cannot tell one from the other.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { type BroadcastMessage, broadcastCodec } from '../../../../protocols/discovery/index.ts'

/** Fits into one packet of the smallest link that IPv6 allows: 1,280 bytes with 48 of headers. */
export const PACKET_BYTES = 1_200

const CIPHER = 'aes-256-gcm'
const IV_BYTES = 12
const TAG_BYTES = 16
const LENGTH_BYTES = 2
const BODY_BYTES = PACKET_BYTES - IV_BYTES - TAG_BYTES

/** The packet of a message. An answer tells as many of its addresses, the first ones, as there is room for. */
export const sealPacket = (key: Uint8Array, message: BroadcastMessage): Uint8Array => {
  const encoded = broadcastCodec.encode(message)
  if (encoded.byteLength > BODY_BYTES - LENGTH_BYTES) return sealPacket(key, withOneLess(message))
  const body = Buffer.alloc(BODY_BYTES)
  body.writeUInt16BE(encoded.byteLength)
  body.set(encoded, LENGTH_BYTES)
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv(CIPHER, key, iv)
  return Buffer.concat([iv, cipher.update(body), cipher.final(), cipher.getAuthTag()])
}

const withOneLess = (message: BroadcastMessage): BroadcastMessage =>
  message.type === 'answer' ? { ...message, addresses: message.addresses.slice(0, -1) } : message

/** The message of a packet; null where it is not of this mesh, or malformed. Never throws. */
export const openPacket = (key: Uint8Array, packet: Uint8Array): BroadcastMessage | null => {
  if (packet.byteLength !== PACKET_BYTES) return null
  const decipher = createDecipheriv(CIPHER, key, packet.subarray(0, IV_BYTES))
  decipher.setAuthTag(packet.subarray(PACKET_BYTES - TAG_BYTES))
  try {
    const body = Buffer.concat([
      decipher.update(packet.subarray(IV_BYTES, PACKET_BYTES - TAG_BYTES)),
      decipher.final(),
    ])
    const encoded = body.subarray(LENGTH_BYTES, LENGTH_BYTES + body.readUInt16BE())
    return broadcastCodec.decode(Uint8Array.from(encoded))
  } catch {
    return null
  }
}
