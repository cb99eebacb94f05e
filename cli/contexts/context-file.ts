/** Meshes by name, each with the machines by which it is entered: a file of this user, which holds no secret. */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CoterieError } from '../../protocols/errors/index.ts'
import { nearestOf } from '../near-name.ts'

/** The daemon of this machine, behind its socket. */
export const LOCAL = 'local'

export interface Contexts {
  /** Where commands ask that say nothing else; null for this machine. */
  readonly current: string | null
  /** URLs, in the order in which they are asked. */
  readonly entries: Readonly<Record<string, readonly string[]>>
}

const NONE: Contexts = { current: null, entries: {} }

export const contextFileIn = (configDir: string): string => join(configDir, 'contexts.json')

const isContexts = (value: unknown): value is Contexts => {
  const { current, entries } = (value ?? {}) as { current?: unknown; entries?: unknown }
  return (
    (current === null || typeof current === 'string') &&
    typeof entries === 'object' &&
    entries !== null &&
    Object.values(entries).every(
      (urls) => Array.isArray(urls) && urls.length > 0 && urls.every((url) => typeof url === 'string'),
    )
  )
}

/** @throws `contextFileUnusable` */
export const readContexts = async (path: string): Promise<Contexts> => {
  const unusable = (detail: string) => new CoterieError('contextFileUnusable', { path, detail })
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw unusable(error.message)
  })
  if (text === null) return NONE
  try {
    const value: unknown = JSON.parse(text)
    if (isContexts(value)) return value
  } catch {
    throw unusable('it is no JSON')
  }
  throw unusable('it holds something else')
}

/** @throws `contextFileUnusable` */
export const writeContexts = async (path: string, contexts: Contexts): Promise<void> => {
  const fresh = `${path}.new`
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await rm(fresh, { force: true })
    await writeFile(fresh, `${JSON.stringify(contexts)}\n`, { mode: 0o600, flag: 'wx' })
    await rename(fresh, path)
  } catch (error) {
    throw new CoterieError('contextFileUnusable', { path, detail: (error as Error).message })
  }
}

/** @throws `contextUnknown` */
export const entriesOf = ({ entries }: Contexts, context: string): readonly string[] => {
  const found = Object.hasOwn(entries, context) ? entries[context] : undefined
  if (found !== undefined) return found
  throw new CoterieError('contextUnknown', { context, near: nearestOf(context, Object.keys(entries)) })
}
