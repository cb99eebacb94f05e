/** Where a password comes from: a terminal that does not show it, a file, or standard input. */
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { Cli } from '../cli.ts'
import { isTerminal } from '../output.ts'

const unreadable = (source: string, detail: string) =>
  new CoterieError('usageWrong', { detail: `no password can be read from ${source}: ${detail}` })

const firstLine = (given: string, source: string): string => {
  const line = given.split(/\r?\n/)[0] ?? ''
  if (line === '') throw unreadable(source, 'it is empty')
  return line
}

/** Reads a line of a terminal, which shows the question and nothing of the answer. */
const ask = (cli: Cli, question: string): Promise<string> =>
  new Promise((resolve) => {
    cli.stderr.write(question)
    const hidden = new Writable({ write: (_chunk, _encoding, done) => done() })
    const lines = createInterface({ input: cli.stdin, output: hidden, terminal: true })
    const end = (answer: string) => {
      lines.removeAllListeners('close')
      lines.close()
      cli.stderr.write('\n')
      resolve(answer)
    }
    lines.once('line', end)
    // Ctrl-C and the end of the input are none.
    lines.once('SIGINT', () => end(''))
    lines.once('close', () => end(''))
  })

export interface PasswordPlace {
  /** `-` for standard input; undefined asks on the terminal. */
  readonly file: string | undefined
  readonly question: string
  /** True where a slip of the finger would lock somebody out. */
  readonly twice?: boolean
}

/** @throws `usageWrong` */
export const readPassword = async (
  cli: Cli,
  { file, question, twice = false }: PasswordPlace,
): Promise<string> => {
  if (file === '-') return firstLine(await text(cli.stdin), 'standard input')
  if (file !== undefined) {
    const given = await readFile(file, 'utf8').catch((error: Error) => {
      throw unreadable(file, error.message)
    })
    return firstLine(given, file)
  }
  if (!isTerminal(cli.stdin)) throw unreadable('the terminal', 'there is none')
  const password = firstLine(await ask(cli, question), 'the terminal')
  if (twice && password !== (await ask(cli, 'Again: '))) throw unreadable('the terminal', 'the two differ')
  return password
}
