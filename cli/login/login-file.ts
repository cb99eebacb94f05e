/** Who is logged in where: tokens of this user, in a file that nobody else can read. */
import { constants } from 'node:fs'
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { LoginTokens } from '../../protocols/control/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'

export interface Login extends LoginTokens {
  readonly user: string
}

/** By URL. */
type Logins = Readonly<Record<string, Login>>

const LOCK_RETRY_MS = 50
/** A command that holds the lock for longer was killed: it makes one request. */
const LOCK_STALE_MS = 40_000

const unusable = (path: string, detail: string) => new CoterieError('loginFileUnusable', { path, detail })

export const loginFileIn = (configDir: string): string => join(configDir, 'logins.json')

const read = async (path: string): Promise<Logins> => {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}'
    throw unusable(path, error.message)
  })
  try {
    return JSON.parse(text) as Logins
  } catch {
    throw unusable(path, 'it is no JSON')
  }
}

const write = async (path: string, logins: Logins): Promise<void> => {
  const fresh = `${path}.new`
  try {
    await rm(fresh, { force: true })
    await writeFile(fresh, `${JSON.stringify(logins)}\n`, { mode: 0o600, flag: 'wx' })
    await rename(fresh, path)
  } catch (error) {
    throw unusable(path, (error as Error).message)
  }
}

/** Of commands that run at the same time one goes on, since a refresh token is good once. */
const withLock = async <Value>(path: string, work: () => Promise<Value>): Promise<Value> => {
  const lock = `${path}.lock`
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  for (;;) {
    try {
      const file = await open(lock, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600)
      await file.close()
      break
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      if (code !== 'EEXIST') throw unusable(path, message)
      const { mtimeMs } = await stat(lock).catch(() => ({ mtimeMs: Date.now() }))
      if (Date.now() - mtimeMs > LOCK_STALE_MS) await rm(lock, { force: true })
      else await setTimeout(LOCK_RETRY_MS)
    }
  }
  try {
    return await work()
  } finally {
    await rm(lock, { force: true })
  }
}

/** @throws `loginFileUnusable` */
export const loginAt = async (path: string, url: string): Promise<Login | null> =>
  (await read(path))[url] ?? null

/**
 * Puts what `change` makes of a login in its place, null for none, and gives it; alone, and only when `change` resolves.
 * @throws `loginFileUnusable`, what `change` throws
 */
export const changeLogin = (
  path: string,
  url: string,
  change: (present: Login | null) => Promise<Login | null>,
): Promise<Login | null> =>
  withLock(path, async () => {
    const { [url]: present = null, ...others } = await read(path)
    const next = await change(present)
    if (next !== present) await write(path, next === null ? others : { ...others, [url]: next })
    return next
  })
