/** What a command that failed says, and the exit code that it leaves. */
import { CommanderError } from 'commander'
import { CoterieError, ERRORS, errorBody } from '../protocols/errors/index.ts'

export interface Failure {
  /** One line for standard error, without its end; null where there is nothing to say. */
  readonly line: string | null
  readonly exitCode: number
}

/** Commander ends what it has answered by itself with an exception too. */
const ANSWERED = ['commander.help', 'commander.helpDisplayed', 'commander.version']

/** Exit codes are those of the error's rule: 1 error, 2 cannot be placed, 3 pending. */
export const failureOf = (error: unknown): Failure => {
  if (error instanceof CommanderError && ANSWERED.includes(error.code)) return { line: null, exitCode: 0 }
  const known = error instanceof CommanderError ? usageError(error) : error
  const { code, message, next } = errorBody(known)
  return { line: `coterie: ${oneLine(message)}. ${oneLine(next)}.`, exitCode: ERRORS[code].exit }
}

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' ').replace(/\.$/, '')

/** Commander tells mistakes of typing as text; what matters in it is quoted, and the nearest name is in brackets. */
const usageError = ({ code, message }: CommanderError): CoterieError => {
  const named = /'([^']*)'/.exec(message)?.[1] ?? ''
  const near = /\(Did you mean (?:one of )?(.*)\?\)/.exec(message)?.[1] ?? null
  if (code === 'commander.unknownCommand') return new CoterieError('commandUnknown', { command: named, near })
  if (code === 'commander.unknownOption') return new CoterieError('optionUnknown', { option: named, near })
  return new CoterieError('usageWrong', { detail: message.replace(/^error: /, '') })
}
