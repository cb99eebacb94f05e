import { createHash } from 'node:crypto'
import {
  commitmentText,
  type FingerprintParts,
  fingerprintOf,
  fingerprintText,
} from '../../protocols/credentials/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'

const sha256 = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(bytes).digest())

/** What binds `asker` to a nonce that it shows later. */
export const commitmentOf = (asker: NodeId, nonce: Uint8Array): Uint8Array =>
  sha256(commitmentText(asker, nonce))

/** The digits that both screens show. */
export const fingerprint = (parts: FingerprintParts): string => fingerprintOf(sha256(fingerprintText(parts)))
