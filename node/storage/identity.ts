/** The node's identity on disk. What the key is made of is the network's business; here it is bytes. */
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { CoterieError } from '../../protocols/errors/index.ts'
import { isErrno } from './files.ts'
import { writeSecretFile } from './secret-file.ts'

export interface Identity {
  readonly privateKey: Uint8Array
}

/** Mode bits of everybody but the owner. */
const OTHERS = 0o077

const identityPath = (dataDir: string): string => join(dataDir, 'identity.json')

const unreadable = (path: string, detail: string): CoterieError =>
  new CoterieError('identityUnreadable', { path, detail })

/**
 * The identity, or null where there is none yet.
 * @throws `identityUnreadable` when it is malformed, or others may read it
 */
export const loadIdentity = async (dataDir: string): Promise<Identity | null> => {
  const path = identityPath(dataDir)
  let text: string
  try {
    const { mode } = await stat(path)
    if ((mode & OTHERS) !== 0) {
      throw unreadable(
        path,
        `others may read it (mode ${(mode & 0o777).toString(8)}); if nobody did, run chmod 600 ${path}`,
      )
    }
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return null
    if (error instanceof CoterieError) throw error
    throw unreadable(path, (error as Error).message)
  }
  return parseIdentity(path, text)
}

/**
 * Stores a new identity; on disk when it resolves. An identity that is there already is never replaced.
 * @throws `identityUnreadable`, `storeFailed`
 */
export const createIdentity = async (dataDir: string, { privateKey }: Identity): Promise<void> => {
  const path = identityPath(dataDir)
  if ((await loadIdentity(dataDir)) !== null) throw unreadable(path, 'there is one already')
  const text = JSON.stringify({ privateKey: Buffer.from(privateKey).toString('base64') })
  await writeSecretFile(path, `${text}\n`)
}

const parseIdentity = (path: string, text: string): Identity => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw unreadable(path, 'it is not JSON')
  }
  const privateKey = (value as { privateKey?: unknown } | null)?.privateKey
  if (typeof privateKey !== 'string' || !/^[A-Za-z0-9+/]+={0,2}$/.test(privateKey)) {
    throw unreadable(path, 'it holds no private key')
  }
  return { privateKey: new Uint8Array(Buffer.from(privateKey, 'base64')) }
}
