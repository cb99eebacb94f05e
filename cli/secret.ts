/** A password or a passphrase: from a file, from standard input, or typed where nobody sees it. */
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { CoterieError } from '../protocols/errors/index.ts'
import type { Cli } from './cli.ts'
import { isTerminal } from './output.ts'

export interface SecretPlace {
  /** In words, such as `password`; `--<what>-file` names the file. */
  readonly what: string
  /** A file, `-` for standard input; asked for where it is undefined. */
  readonly file: string | undefined
  readonly question: string
  /** Typed again, where a slip of the finger would lose something. */
  readonly twice?: boolean
}

const wrong = (detail: string) => new CoterieError('usageWrong', { detail })

/** Its first line. @throws `usageWrong` where there is none */
export const readSecret = async (
  cli: Cli,
  { what, file, question, twice = false }: SecretPlace,
): Promise<string> => {
  if (file !== undefined) return await readLine(cli, what, file)
  if (!isTerminal(cli.stdin))
    throw wrong(`nobody can be asked here for the ${what}: give --${what}-file FILE`)
  const typed = await typeHidden(cli, question)
  if (typed === '') throw wrong(`no ${what} was typed, and nothing was done`)
  if (twice && (await typeHidden(cli, 'The same again: ')) !== typed)
    throw wrong(`the two ${what}s differ, and nothing was done`)
  return typed
}

const readLine = async ({ stdin }: Cli, what: string, file: string): Promise<string> => {
  const source = file === '-' ? 'standard input' : file
  const content = await (file === '-' ? text(stdin) : readFile(file, 'utf8')).catch((error: Error) => {
    throw wrong(`the ${what} cannot be read from ${source}: ${error.message}`)
  })
  const line = content.split(/\r?\n/, 1)[0] ?? ''
  if (line === '') throw wrong(`the ${what} cannot be read from ${source}: its first line is empty`)
  return line
}

/** A line of the terminal, which shows the question and nothing of the answer; nothing where the input ends or Ctrl-C is typed. */
const typeHidden = async ({ stdin, stderr }: Cli, question: string): Promise<string> => {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: stdin, output: nowhere, terminal: true })
  stderr.write(question)
  const typed = await new Promise<string>((resolve) => {
    lines.once('SIGINT', () => lines.close())
    lines.once('close', () => resolve(''))
    lines.question('', resolve)
  })
  lines.close()
  stderr.write('\n')
  return typed
}
