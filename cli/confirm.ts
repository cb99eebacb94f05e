/** Asking a person before something is changed. */
import { createInterface } from 'node:readline'
import type { Command } from 'commander'
import { CoterieError } from '../protocols/errors/index.ts'
import { type Cli, wantsJson } from './cli.ts'
import { isTerminal } from './output.ts'

export interface Question {
  /** What would be done, after "whether to": `deploy shop`. */
  readonly what: string
  /** True where the person has said yes beforehand. */
  readonly yes: boolean
}

/**
 * Resolves when the answer is yes. Whoever wants JSON is a program, and is not asked.
 * @throws `confirmationMissing` where nobody can be asked, `declined`
 */
export const confirm = async (command: Command, cli: Cli, { what, yes }: Question): Promise<void> => {
  if (yes) return
  if (!isTerminal(cli.stdin) || wantsJson(command)) throw new CoterieError('confirmationMissing', { what })
  const lines = createInterface({ input: cli.stdin, output: cli.stderr })
  const answer = await new Promise<string>((resolve) => {
    // Ctrl-C and the end of the input are a no.
    lines.once('SIGINT', () => lines.close())
    lines.once('close', () => resolve(''))
    lines.question(`${what[0]?.toUpperCase()}${what.slice(1)}? [y/N] `, resolve)
  })
  lines.close()
  if (!/^y(es)?$/i.test(answer.trim())) throw new CoterieError('declined', { what })
}
