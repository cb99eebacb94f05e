/** The licences of what was bundled, which its authors ask to be told with every copy. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const PACKAGE = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/

interface Manifest {
  readonly name: string
  readonly version: string
  readonly license?: string
}

const licenceOf = (root: string, directory: string): string => {
  const path = join(root, directory)
  const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Manifest
  const texts = globSync('{licen[cs]e,LICEN[CS]E,NOTICE}*', { cwd: path })
    .filter((file) => existsSync(join(path, file)))
    .map((file) => readFileSync(join(path, file), 'utf8').trim())
  return [`${name} ${version} (${license ?? 'see below'})`, ...texts].join('\n\n')
}

/** `inputs` are paths of modules, from `root`. */
export const licencesOf = (inputs: readonly string[], root: string): string => {
  const directories = new Set(inputs.flatMap((input) => PACKAGE.exec(input)?.[0] ?? []))
  return `${[...directories]
    .sort()
    .map((directory) => licenceOf(root, directory))
    .join(`\n\n${'-'.repeat(80)}\n\n`)}\n`
}
