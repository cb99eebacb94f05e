/** Runs one command line: reads the world, builds the tree, and tells what went wrong in one line. */
import { homedir, hostname } from 'node:os'
import { CommanderError } from 'commander'
import { VERSION } from '../protocols/control/version.ts'
import type { Cli } from './cli.ts'
import { failureOf } from './failure.ts'
import { createProgram } from './program.ts'

/** Sets the process's exit code; the process ends by itself when nothing is left to do. */
export const main = async (argv: readonly string[]): Promise<void> => {
  const cli = createCli()
  const program = createProgram(cli)
  try {
    await program.parseAsync(wordsOf(argv), { from: 'user' })
  } catch (error) {
    const { line, exitCode } = failureOf(error)
    const wantsStack = program.opts<{ logLevel?: string }>().logLevel === 'debug'
    if (line !== null) cli.stderr.write(`${line}\n`)
    if (wantsStack && !(error instanceof CommanderError)) cli.stderr.write(`${(error as Error).stack}\n`)
    process.exitCode = exitCode
  }
}

/** `coterie` alone and `coterie help x` are ways of asking for help. */
const wordsOf = (argv: readonly string[]): string[] => {
  const [first, ...rest] = argv
  if (first === undefined) return ['--help']
  return first === 'help' ? [...rest, '--help'] : [...argv]
}

const createCli = (): Cli => ({
  machine: {
    env: { ...process.env },
    home: homedir(),
    hostname: hostname(),
    cwd: process.cwd(),
    isRoot: process.getuid?.() === 0,
  },
  version: VERSION,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  outputClosed: closedSignal(),
})

/** A reader that goes away is no error: writing just ends. Anything else, such as a full disk, is. */
const closedSignal = (): AbortSignal => {
  const controller = new AbortController()
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    controller.abort()
    if (error.code === 'EPIPE') return
    process.stderr.write(
      `coterie: the answer could not be written: ${error.message}. Give it another place.\n`,
    )
    process.exitCode = 1
  })
  // There is nobody left to tell.
  process.stderr.on('error', () => {})
  return controller.signal
}
