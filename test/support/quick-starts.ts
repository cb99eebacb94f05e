/**
 * Loaded by mocha before any test: most of what a process or a thread costs that a test starts is the reading of modules. Node keeps them
 * compiled from now on, and packages are read from the few files of `vendored.ts`, where `test/run.ts` has made these.
 */
import { enableCompileCache } from 'node:module'
import { CACHE, vendoredHook } from './vendored.ts'

const compiled = `${CACHE}/compiled`
enableCompileCache(compiled)
// Processes and threads take it from here.
process.env.NODE_COMPILE_CACHE = compiled

const hook = vendoredHook()
if (hook !== null) {
  await import(hook)
  process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --import=${hook}`
}
