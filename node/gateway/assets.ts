/**
 * The scripts that a browser loads, from our own sources: compiled ones beside this file's, else TypeScript with its
 * types taken out. Their imports are relative, so they are served in the folders that they have in the repository.
 */
import { readFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'

const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
const ROOT = new URL('../../', import.meta.url)

/** Everything that the page imports lies in these folders, and nothing secret does. */
const SERVED = /^(signaling\/browser|signaling|protocols\/tunnel|protocols\/errors)\/[a-z0-9-]+$/

/** The path of a script, as the page's HTML and imports name it. */
export const scriptPath = (name: string): string => `${name}.${EXTENSION}`

const cache = new Map<string, string>()

const load = async (name: string): Promise<string> => {
  const source = await readFile(new URL(scriptPath(name), ROOT), 'utf8')
  const script = EXTENSION === 'ts' ? withoutTypes(source) : source
  // A file that imports only types is compiled to a module that exports nothing, which a classic script may not say.
  return script.replace(/^export \{\};?$/m, '')
}

/** Node calls this function experimental once per process, although it runs every one of our own files by it. */
const withoutTypes = (source: string): string => {
  const warn = process.emitWarning
  process.emitWarning = () => undefined
  try {
    return stripTypeScriptTypes(source)
  } finally {
    process.emitWarning = warn
  }
}

/** The JavaScript of one of our browser scripts, such as `signaling/browser/page`; null for what is not served. */
export const browserAsset = async (name: string): Promise<string | null> => {
  if (!SERVED.test(name)) return null
  const cached = cache.get(name)
  if (cached !== undefined) return cached
  try {
    const script = await load(name)
    cache.set(name, script)
    return script
  } catch {
    return null
  }
}

/** The script at a path below `/.coterie/assets/`; null for what is not served. */
export const browserAssetAt = async (path: string): Promise<string | null> =>
  path.endsWith(`.${EXTENSION}`) ? browserAsset(path.slice(0, -EXTENSION.length - 1)) : null
