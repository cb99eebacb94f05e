/** Where the mesh secret comes from. */
import { open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import type { ResolvedSettings } from '../protocols/control/settings/index.ts'
import { CoterieError } from '../protocols/errors/index.ts'

/** Bytes of a file or of standard input that may hold a secret, which is one short line. */
const SECRET_BYTES_MAX = 4096

export interface SecretPlaces {
  /** What `--token` gave. */
  readonly token: string | undefined
  readonly settings: ResolvedSettings
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdin: Readable
}

/** The secret by flag, then by environment; null where there is none. @throws `tokenUnreadable`, `usageWrong` */
export const readSecret = async ({ token, settings, env, stdin }: SecretPlaces): Promise<string | null> => {
  const { tokenFile } = settings.values
  const fileByFlag = settings.sources.tokenFile.from === 'flag'
  if (token !== undefined && fileByFlag)
    throw new CoterieError('usageWrong', { detail: 'give --token or --token-file, not both' })
  if (token !== undefined) return checked(token, '--token')
  if (!fileByFlag && env.COTERIE_TOKEN) return checked(env.COTERIE_TOKEN, 'COTERIE_TOKEN')
  if (tokenFile === null) return null
  return tokenFile === '-'
    ? checked(await readAll(stdin), 'standard input')
    : checked(await readFile(tokenFile), tokenFile)
}

const checked = (text: string, source: string): string => {
  const secret = text.trim()
  if (secret === '') throw new CoterieError('tokenUnreadable', { source, detail: 'it is empty' })
  return secret
}

const readAll = async (stream: Readable): Promise<string> => {
  let text = ''
  for await (const chunk of stream) {
    text += chunk
    if (text.length > SECRET_BYTES_MAX) break
  }
  return text
}

const readFile = async (path: string): Promise<string> => {
  try {
    await using file = await open(path)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SECRET_BYTES_MAX))
    return buffer.toString('utf8', 0, bytesRead)
  } catch (error) {
    throw new CoterieError('tokenUnreadable', { source: path, detail: (error as Error).message })
  }
}
