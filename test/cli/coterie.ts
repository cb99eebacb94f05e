/** The command line as its users meet it: a child process. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

export const ENTRY = fileURLToPath(new URL('../../cli/coterie.js', import.meta.url))

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** An environment without settings of whoever runs the tests. */
const CLEAN = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('COTERIE_')))

export const startCoterie = (
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
  nodeOptions: readonly string[] = [],
  cwd: string = process.cwd(),
): ChildProcessWithoutNullStreams =>
  spawn(process.execPath, [...nodeOptions, ENTRY, ...words], { cwd, env: { ...CLEAN, ...env } })

/** Runs a command to its end. */
export const coterie = async (
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
  nodeOptions: readonly string[] = [],
  cwd: string = process.cwd(),
): Promise<Outcome> => {
  const child = startCoterie(words, env, nodeOptions, cwd)
  child.stdin.end()
  return outcomeOf(child)
}

/** Runs a command inside something else, such as the namespace of a small disk. */
export const runWithin = (within: readonly string[], command: readonly string[]): Promise<Outcome> => {
  const [program, ...words] = [...within, ...command] as [string, ...string[]]
  const child = spawn(program, words, { env: CLEAN })
  child.stdin.end()
  return outcomeOf(child)
}

/** What comes of a command that runs. */
export const outcomeOf = async (child: ChildProcessWithoutNullStreams): Promise<Outcome> => {
  const [[code], stdout, stderr] = await Promise.all([
    once(child, 'close') as Promise<[number | null]>,
    text(child.stdout),
    text(child.stderr),
  ])
  return { code, stdout, stderr }
}
