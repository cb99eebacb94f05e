#!/usr/bin/env node
// The entry that npm links. Plain JavaScript without newer syntax, so that an old Node can read it as far as the
// check, and say in one line which Node is needed.
// biome-ignore lint/style/useNodejsImportProtocol: an old Node knows no "node:"
import { existsSync } from 'fs'
// biome-ignore lint/style/useNodejsImportProtocol: an old Node knows no "node:"
import { fileURLToPath } from 'url'

// The published package holds compiled JavaScript only; the repository runs its sources as they are, for which
// the first Node that strips types unasked is needed.
const source = new URL('./main.ts', import.meta.url)
const fromSource = existsSync(fileURLToPath(source))
const needed = fromSource ? [22, 18] : [22, 13]
const present = process.versions.node.split('.').map(Number)

if (present[0] > needed[0] || (present[0] === needed[0] && present[1] >= needed[1])) {
  import(fromSource ? source : new URL('../dist/cli/main.js', import.meta.url)).then((module) => {
    module.main(process.argv.slice(2))
  })
} else {
  process.stderr.write(
    'coterie: this is Node ' +
      process.versions.node +
      ', which is too old' +
      (fromSource ? ' to run the sources' : '') +
      '. Install Node ' +
      needed.join('.') +
      ' or later' +
      (fromSource ? '; the package built from them needs 22.13.\n' : '.\n'),
  )
  process.exitCode = 1
}
