/** A passphrase, from a file, from standard input, or typed where nobody sees it. */
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { CoterieError } from '../protocols/errors/index.ts'
import type { Cli } from './cli.ts'
import { isTerminal } from './output.ts'

export interface PassphrasePlace {
  /** A file, `-` for standard input; asked for where it is absent. */
  readonly file: string | undefined
  /** Twice, where a slip of the finger would lose something. */
  readonly twice: boolean
}

const wrong = (detail: string) => new CoterieError('usageWrong', { detail })

/** @throws `usageWrong` where there is none */
export const readPassphrase = async (cli: Cli, { file, twice }: PassphrasePlace): Promise<string> => {
  if (file === '-') return firstLine(await text(cli.stdin), 'standard input')
  if (file !== undefined) return firstLine(await contentOf(file), file)
  if (!isTerminal(cli.stdin))
    throw wrong('nobody can be asked here for the passphrase: give --passphrase-file FILE')
  const typed = await typeHidden(cli, 'Passphrase: ')
  if (twice && (await typeHidden(cli, 'The same again: ')) !== typed)
    throw wrong('the two passphrases differ, and nothing was done')
  return typed
}

const contentOf = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((error: Error) => {
    throw wrong(`the passphrase cannot be read from ${path}: ${error.message}`)
  })

const firstLine = (content: string, source: string): string => {
  const line = content.split(/\r?\n/, 1)[0] ?? ''
  if (line === '') throw wrong(`the passphrase cannot be read from ${source}: its first line is empty`)
  return line
}

const typeHidden = async ({ stdin, stderr }: Cli, prompt: string): Promise<string> => {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: stdin, output: nowhere, terminal: true })
  stderr.write(prompt)
  const typed = await new Promise<string | null>((resolve) => {
    lines.once('SIGINT', () => lines.close())
    lines.once('close', () => resolve(null))
    lines.question('', resolve)
  })
  lines.close()
  stderr.write('\n')
  if (typed === null) throw wrong('no passphrase was typed, and nothing was done')
  return typed
}
