/** The published package, made from what git tracks in a copy of its own, and projects that install it. */
import { execFile } from 'node:child_process'
import { cp, mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { ROOT } from '../house/source-files.ts'

const run = promisify(execFile)

/** What npm tells the scripts that it runs would tell the npm below them to work elsewhere. */
const ENV = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')))

const npm = async (cwd: string, ...words: readonly string[]): Promise<void> =>
  void (await run('npm', [...words], { cwd, env: ENV }))

/** Packs the repository below `dir` and gives the path of the tarball. */
export const pack = async (dir: string): Promise<string> => {
  const copy = join(dir, 'repository')
  const { stdout } = await run('git', ['ls-files', '-z'], { cwd: ROOT })
  for (const path of stdout.split('\0').filter((name) => name !== '')) {
    await mkdir(dirname(join(copy, path)), { recursive: true })
    // Tracked, and removed just now.
    await cp(join(ROOT, path), join(copy, path)).catch(() => {})
  }
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
  await npm(copy, 'pack', '--silent', '--pack-destination', dir)
  const tarball = (await readdir(dir)).find((name) => name.endsWith('.tgz'))
  if (tarball === undefined) throw new Error('npm pack left no tarball')
  return join(dir, tarball)
}

/** Installs a package into an empty project at `dir`, without its scripts, and gives its `node_modules`. */
export const install = async (dir: string, what: string, ...flags: readonly string[]): Promise<string> => {
  await mkdir(dir, { recursive: true })
  await writeFile(join(dir, 'package.json'), '{"private": true}\n')
  const quick = ['--silent', '--prefer-offline', '--no-audit', '--no-fund']
  await npm(dir, 'install', '--ignore-scripts', ...quick, ...flags, what)
  return join(dir, 'node_modules')
}

/** Installs that Node below `dir` and gives its executable. */
export const installNode = async (dir: string, version: string): Promise<string> => {
  const name = `node-linux-${process.arch}`
  return join(await install(join(dir, `node-${version}`), `${name}@${version}`), name, 'bin', 'node')
}
