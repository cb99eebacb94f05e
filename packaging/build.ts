/**
 * Compiles the sources to `dist/`, which is what the published package runs: JavaScript with its imports
 * rewritten, and the browser's part compiled by its own settings.
 */
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const compile = (project: string) =>
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', project], {
    cwd: root,
    stdio: 'inherit',
  })

rmSync(`${root}/dist`, { recursive: true, force: true })
compile('packaging/tsconfig.build.json')
compile('packaging/tsconfig.browser.json')
