/** Daemons from the compiled build, which is what people run: sources cost time and memory of their own. */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { createDaemons, type Daemons } from '../../test/support/daemons.ts'

const BUILD = new URL('../../packaging/build.ts', import.meta.url)
const COMPILED = new URL('../../dist/cli/main.js', import.meta.url)

/** Starts the compiled command, which the repository's own entry passes over for the sources. */
const ENTRY = `import(${JSON.stringify(COMPILED.href)}).then(({ main }) => main(process.argv.slice(1)))`

let isBuilt = false

/** What an earlier commit left there would be measured, or not understand today's store. */
const build = (): void => {
  if (isBuilt) return
  execFileSync(process.execPath, [fileURLToPath(BUILD)], { stdio: ['ignore', 'ignore', 'inherit'] })
  isBuilt = true
}

export const createCompiledDaemons = async (
  shared: Readonly<Record<string, string>> = {},
  nodeFlags: readonly string[] = [],
): Promise<Daemons> => {
  build()
  return createDaemons([process.execPath, ...nodeFlags, '-e', ENTRY, '--'], shared)
}
