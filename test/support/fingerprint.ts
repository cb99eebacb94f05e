import { createHash } from 'node:crypto'
import { lstat, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Every file below `dir` with its mode and a hash of its bytes: equal before and after means untouched. */
export const fingerprint = async (
  dir: string,
  except: (path: string) => boolean = () => false,
): Promise<Readonly<Record<string, string>>> => {
  const paths = (await readdir(dir, { recursive: true })).filter((path) => !except(path)).sort()
  const entries = paths.map(async (path): Promise<[string, string]> => {
    const found = await lstat(join(dir, path))
    const bytes = found.isFile() ? await readFile(join(dir, path)) : ''
    return [path, `${found.mode.toString(8)} ${createHash('sha256').update(bytes).digest('hex')}`]
  })
  return Object.fromEntries(await Promise.all(entries))
}
