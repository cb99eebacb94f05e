/**
 * Packages as the published package has them, for sources that run as they are: bundled once for each lock file. A start of a daemon takes
 * two thirds of the processor time, and the tests have hundreds.
 */
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { packagesIn } from '../../packaging/imports.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Below what `npm ci` empties. */
export const CACHE = `${root}node_modules/.cache`

const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8')

const namesNow = (): readonly string[] => {
  const sources = globSync('{cli,crdt,node,protocols,signaling}/**/*.ts', { cwd: root })
  return [...new Set(sources.flatMap((path) => packagesIn(read(path))))].sort()
}

/** Named by all that is in it. */
const directoryOf = (names: readonly string[]): string => {
  const parts = [...names, read('package-lock.json'), read('packaging/vendor.ts')]
  return `${CACHE}/vendored-${createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16)}`
}

/** Makes them where they are missing or of another lock file. */
export const makeVendored = async (): Promise<void> => {
  const names = namesNow()
  const outdir = directoryOf(names)
  if (existsSync(outdir)) return
  for (const older of globSync(`${CACHE}/vendored-*`)) rmSync(older, { recursive: true })
  const { bundlePackages } = await import('../../packaging/vendor.ts')
  const unfinished = `${outdir}.${process.pid}`
  await bundlePackages(names, { root, outdir: unfinished })
  renameSync(unfinished, outdir)
}

/** The module that leads imports there, or null where they are not made. */
export const vendoredHook = (): string | null => {
  const directory = directoryOf(namesNow())
  if (!existsSync(directory)) return null
  return `${new URL('vendored-hook.js', import.meta.url).href}?${directory}`
}
