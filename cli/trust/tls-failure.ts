/** Why a server's certificate was not taken, as an error that says what to do. */
import type { X509Certificate } from 'node:crypto'
import { CoterieError } from '../../protocols/errors/index.ts'
import { shownChain } from './shown-chain.ts'

/** As OpenSSL calls a chain that ends at nothing which is trusted. */
const UNTRUSTED = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]

const namesOf = ({ subjectAltName = '' }: X509Certificate): string[] =>
  subjectAltName
    .split(', ')
    .map((name) => name.replace(/^(DNS|IP Address|URI):/, ''))
    .filter((name) => name !== '')

/** By the first certificate of the chain whose time it is not; null where it is that of all. */
const latenessOf = (chain: readonly X509Certificate[], atMs: number): number | null => {
  for (const { validFrom, validTo } of chain) {
    if (Date.parse(validTo) < atMs) return atMs - Date.parse(validTo)
    if (Date.parse(validFrom) > atMs) return atMs - Date.parse(validFrom)
  }
  return null
}

/** Null where it was something else. */
export const tlsFailure = async (
  { code = '', message }: NodeJS.ErrnoException,
  url: string,
  atMs: number,
): Promise<CoterieError | null> => {
  if (UNTRUSTED.includes(code)) return new CoterieError('rootUntrusted', { url, detail: message })
  const isAboutName = code === 'ERR_TLS_CERT_ALTNAME_INVALID'
  if (!isAboutName && code !== 'CERT_HAS_EXPIRED' && code !== 'CERT_NOT_YET_VALID') return null
  const chain = await shownChain(url).catch(() => [])
  const [leaf] = chain
  if (isAboutName)
    return new CoterieError('serverNameWrong', { url, names: leaf === undefined ? [] : namesOf(leaf) })
  const lateMs = latenessOf(chain, atMs)
  return lateMs === null ? null : new CoterieError('serverDateWrong', { url, lateMs, atMs })
}
