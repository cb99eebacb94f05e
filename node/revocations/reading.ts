/** Revocations as bytes: made, and verified. */
import { concat, fromString, toString as toText } from 'uint8arrays'
import { isCoterieError } from '../../protocols/errors/index.ts'
import {
  REVOCATION_TEXT,
  type Revocation,
  revocationCodec,
  type Statement,
  statementCodec,
} from '../../protocols/revocations/index.ts'
import type { RootSigning } from '../ports/certificates.ts'

type Hash = (bytes: Uint8Array) => Uint8Array

const signedOf = (statement: Uint8Array): Uint8Array => concat([fromString(REVOCATION_TEXT), statement])

/** By which a revocation is named, in hexadecimal. */
export const idOf = (bytes: Uint8Array, hash: Hash): string => toText(hash(bytes), 'base16')

/** Null for bytes that prove nothing: of another form, signed by nobody whom the root stands behind, or changed. */
export const readRevocation = (
  bytes: Uint8Array,
  { signing, hash }: { readonly signing: Pick<RootSigning, 'verify'>; readonly hash: Hash },
): Revocation | null => {
  try {
    const { statement, certificate, signature } = revocationCodec.decode(bytes)
    const signer = signing.verify(signedOf(statement), { certificate, signature })
    if (signer === null) return null
    return { id: idOf(bytes, hash), bytes, statement: statementCodec.decode(statement), signer }
  } catch (error) {
    if (isCoterieError(error, 'malformedMessage')) return null
    throw error
  }
}

/** Null where this node may sign nothing. */
export const signRevocation = async (
  said: Statement,
  signing: Pick<RootSigning, 'sign'>,
): Promise<Uint8Array | null> => {
  const statement = statementCodec.encode(said)
  const signed = await signing.sign(signedOf(statement))
  return signed === null ? null : revocationCodec.encode({ statement, ...signed })
}
