/** Bearer tokens of the API, kept in files: one that the daemon makes for its machine, and one that a person gives. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { chmod, open, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { CoterieError } from '../../protocols/errors/index.ts'
import { makeDirectory } from '../files/index.ts'
import type { Logger } from '../ports/logger.ts'

export interface ApiToken {
  /** In a time that does not depend on where the two differ. */
  matches(given: string): boolean
}

const TOKEN_BYTES = 32
/** Nobody guesses 32 characters that were made by chance, also where these are hexadecimal. */
const GIVEN_LENGTH_MIN = 32
const GIVEN_LENGTH_MAX = 1024
/** With white space around it. */
const GIVEN_BYTES_MAX = 2 * GIVEN_LENGTH_MAX
const GIVEN_FORM = new RegExp(`^[!-~]{${GIVEN_LENGTH_MIN},${GIVEN_LENGTH_MAX}}$`)
const FORM = /^[A-Za-z0-9_-]{43}$/

/**
 * Reads the token, or makes one where there is none, where it is no token of ours, or where others could have
 * read it. @throws `apiTokenUnusable`
 */
export const loadToken = async (path: string, logger: Logger): Promise<ApiToken> => {
  try {
    const secret = (await readToken(path, logger)) ?? (await makeToken(path))
    return tokenOf(secret)
  } catch (error) {
    throw new CoterieError('apiTokenUnusable', { path, detail: (error as Error).message }, { cause: error })
  }
}

/**
 * Reads a token that a person made, which may be one for many machines. One that others may read is used all the same, with a
 * warning: that is how container engines mount secrets. @throws `tokenFileUnusable`
 */
export const readGivenToken = async (path: string, logger: Logger): Promise<ApiToken> => {
  try {
    await using file = await open(path)
    const { mode } = await file.stat()
    const { buffer, bytesRead } = await file.read(Buffer.alloc(GIVEN_BYTES_MAX))
    const secret = buffer.toString('utf8', 0, bytesRead).trim()
    if (!GIVEN_FORM.test(secret))
      throw new Error(
        `it is not one line of ${GIVEN_LENGTH_MIN} to ${GIVEN_LENGTH_MAX} printable characters without spaces`,
      )
    if ((mode & 0o077) !== 0)
      logger.warn({ path }, 'other users of this machine can read the token of the API')
    return tokenOf(secret)
  } catch (error) {
    throw new CoterieError('tokenFileUnusable', { path, detail: (error as Error).message }, { cause: error })
  }
}

const tokenOf = (secret: string): ApiToken => {
  const expected = digest(secret)
  return { matches: (given) => timingSafeEqual(digest(given), expected) }
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
