/**
 * Loaded by mocha before any test: most of what a command or a thread costs that a test starts is the reading of the same sources,
 * which Node keeps from now on, compiled.
 */
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

/** Below what `npm ci` empties. */
const directory = fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url))

enableCompileCache(directory)
// Processes and threads take it from here.
process.env.NODE_COMPILE_CACHE = directory
