/** Public keys as people hand them over: lines of `.pub` files and fingerprints. */
import { createHash } from 'node:crypto'
import { fromString } from 'uint8arrays'
import { encodeSshKey, parseSshKey } from '../../protocols/credentials/index.ts'
import type { AccountKey } from '../../protocols/decisions/index.ts'
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'

const COMMENT_LENGTH_MAX = 100

/** `ssh-ed25519 AAAA... comment`. @throws `keyUnusable` */
export const parseKeyLine = (line: string): AccountKey => {
  const [algorithm = '', encoded = '', ...comment] = line.trim().split(/\s+/)
  const refuse = (detail: string) =>
    new CoterieError('keyUnusable', { source: algorithm.slice(0, COMMENT_LENGTH_MAX), detail })
  if (algorithm !== 'ssh-ed25519') throw refuse('it is no Ed25519 key')
  try {
    const key = new Uint8Array(parseSshKey(fromString(encoded.replace(/=+$/, ''), 'base64')))
    return { key, comment: comment.join(' ').slice(0, COMMENT_LENGTH_MAX) }
  } catch (error) {
    throw refuse(isCoterieError(error, 'malformedMessage') ? error.data.detail : 'it is no base64')
  }
}

/** As `ssh-keygen -l` prints it: `SHA256:` and base64 without its padding. */
export const fingerprintOf = (key: Uint8Array): string =>
  `SHA256:${createHash('sha256').update(encodeSshKey(key)).digest('base64').replace(/=+$/, '')}`
