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
  /** Must be typed where a yes would be too easily said. */
  readonly word?: string
  /** Ends the question, which rejects with its reason then. */
  readonly signal?: AbortSignal
}

/**
 * Resolves when the answer is yes. Whoever wants JSON is a program, and is not asked.
 * @throws `confirmationMissing` where nobody can be asked, `declined`
 */
export const confirm = async (
  command: Command,
  cli: Cli,
  { what, yes, word, signal }: Question,
): Promise<void> => {
  if (yes) return
  if (!isTerminal(cli.stdin) || wantsJson(command)) throw new CoterieError('confirmationMissing', { what })
  const lines = createInterface({ input: cli.stdin, output: cli.stderr, ...(signal && { signal }) })
  const answer = await new Promise<string>((resolve) => {
    // Ctrl-C and the end of the input are a no.
    lines.once('SIGINT', () => lines.close())
    lines.once('close', () => resolve(''))
    const deed = `${what[0]?.toUpperCase()}${what.slice(1)}`
    lines.question(word === undefined ? `${deed}? [y/N] ` : `${deed}? Type ${word}: `, resolve)
  })
  lines.close()
  signal?.throwIfAborted()
  const isYes = word === undefined ? /^y(es)?$/i.test(answer.trim()) : answer.trim() === word
  if (!isYes) throw new CoterieError('declined', { what })
}
