/** Where the join token comes from. */
import { open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import type { ResolvedSettings } from '../protocols/control/settings/index.ts'
import { CoterieError } from '../protocols/errors/index.ts'

/** Bytes of a file or of standard input that may hold a token, which is one word of some hundreds. */
const TOKEN_BYTES_MAX = 4096

export interface TokenPlaces {
  /** What `--token` gave. */
  readonly token: string | undefined
  readonly settings: ResolvedSettings
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdin: Readable
}

/** The token by flag, then by environment; null where there is none. @throws `tokenUnreadable`, `usageWrong` */
export const readToken = async ({ token, settings, env, stdin }: TokenPlaces): Promise<string | null> => {
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
  const token = text.trim()
  if (token === '') throw new CoterieError('tokenUnreadable', { source, detail: 'it is empty' })
  return token
}

const readAll = async (stream: Readable): Promise<string> => {
  let text = ''
  for await (const chunk of stream) {
    text += chunk
    if (text.length > TOKEN_BYTES_MAX) break
  }
  return text
}

const readFile = async (path: string): Promise<string> => {
  try {
    await using file = await open(path)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(TOKEN_BYTES_MAX))
    return buffer.toString('utf8', 0, bytesRead)
  } catch (error) {
    throw new CoterieError('tokenUnreadable', { source: path, detail: (error as Error).message })
  }
}
