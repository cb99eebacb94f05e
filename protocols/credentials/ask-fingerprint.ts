/**
 * The number that two screens show where a machine asks to join: it depends on both keys, so that somebody in between shows two
 * different ones, and on a nonce of each side, so that nobody can choose keys until they show the same.
 *
 * The asker shows the hash of its nonce before it sees the other's (RFC 6189, section 4.4.1.1). Hashing is the caller's: SHA-256.
 */
import { concat, fromString } from 'uint8arrays'
import type { NodeId } from '../wire/index.ts'

/** 26 bits: as many as a person compares without an error, and few enough that tries have to be counted. */
const DIGITS = 8

/** A fingerprint as it crosses the API: without what parts it for reading. */
export const FINGERPRINT_PATTERN = `^\\d{${DIGITS}}$`

export interface FingerprintParts {
  /** Of the mesh's root, 32 bytes. */
  readonly rootHash: Uint8Array
  readonly member: NodeId
  readonly asker: NodeId
  readonly memberNonce: Uint8Array
  readonly askerNonce: Uint8Array
}

/** What the asker shows the hash of, first. */
export const commitmentText = (asker: NodeId, nonce: Uint8Array): Uint8Array =>
  concat([fromString(`coterie-ask/1|commitment|${asker}|`), nonce])

/** What both sides hash in the end. A node id holds no bar, and the rest has one length each, so no two parts run together. */
export const fingerprintText = (parts: FingerprintParts): Uint8Array => {
  const { rootHash, member, asker, memberNonce, askerNonce } = parts
  const head = fromString(`coterie-ask/1|fingerprint|${member}|${asker}|`)
  return concat([head, rootHash, memberNonce, askerNonce])
}

/** The digits of such a hash, at least 8 bytes of it. */
export const fingerprintOf = (hash: Uint8Array): string => {
  const first = new DataView(hash.buffer, hash.byteOffset, 8).getBigUint64(0)
  return String(first % 10n ** BigInt(DIGITS)).padStart(DIGITS, '0')
}
