/** The bearer token of the API's TCP port, kept in a file that only its owner can read. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { chmod, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { CoterieError } from '../../protocols/errors/index.ts'
import { makeDirectory } from '../files/index.ts'
import type { Logger } from '../ports/logger.ts'

export interface ApiToken {
  readonly path: string
  /** In a time that does not depend on where the two differ. */
  matches(given: string): boolean
}

const TOKEN_BYTES = 32
const FORM = /^[A-Za-z0-9_-]{43}$/

/**
 * Reads the token, or makes one where there is none, where it is no token of ours, or where others could have
 * read it. @throws `apiTokenUnusable`
 */
export const loadToken = async (path: string, logger: Logger): Promise<ApiToken> => {
  try {
    const secret = (await readToken(path, logger)) ?? (await makeToken(path))
    const expected = digest(secret)
    return { path, matches: (given) => timingSafeEqual(digest(given), expected) }
  } catch (error) {
    throw new CoterieError('apiTokenUnusable', { path, detail: (error as Error).message }, { cause: error })
  }
}

/** Equal lengths for the comparison, whatever was given. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

const readToken = async (path: string, logger: Logger): Promise<string | null> => {
  const mode = await stat(path).then(
    (found) => found.mode,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null
      throw error
    },
  )
  if (mode === null) return null
  const text = (await readFile(path, 'utf8')).trim()
  if ((mode & 0o077) === 0 && FORM.test(text)) return text
  logger.warn({ path }, 'the API token was malformed or readable by others: it is replaced')
  return null
}

const makeToken = async (path: string): Promise<string> => {
  const secret = randomBytes(TOKEN_BYTES).toString('base64url')
  const fresh = `${path}.new`
  await makeDirectory(dirname(path))
  await writeFile(fresh, `${secret}\n`, { mode: 0o600 })
  // The mode above does not apply to a file that was left behind by a crash.
  await chmod(fresh, 0o600)
  await rename(fresh, path)
  return secret
}
