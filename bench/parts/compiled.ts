/** Daemons from the compiled build, which is what people run: sources cost time and memory of their own. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createDaemons, type Daemons } from '../../test/support/daemons.ts'

const COMPILED = new URL('../../dist/cli/main.js', import.meta.url)

/** Starts the compiled command, which the repository's own entry passes over for the sources. */
const ENTRY = `import(${JSON.stringify(COMPILED.href)}).then(({ main }) => main(process.argv.slice(1)))`

export const createCompiledDaemons = async (
  shared: Readonly<Record<string, string>> = {},
  nodeFlags: readonly string[] = [],
): Promise<Daemons> => {
  if (!existsSync(fileURLToPath(COMPILED)))
    throw new Error('there is no compiled build; run npm run build first')
  return createDaemons([process.execPath, ...nodeFlags, '-e', ENTRY, '--'], shared)
}
