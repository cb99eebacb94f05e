import { pino } from 'pino'
import { isCoterieError } from '../../protocols/errors/index.ts'
import { LOG_LEVELS } from '../../protocols/journal/index.ts'
import { tidyLine } from '../journal/index.ts'
import type { Logger } from '../ports/logger.ts'

/** What no line may show, however deep it stands in the fields. */
const SECRET_FIELDS = [
  'secret',
  'token',
  'privateKey',
  'authorization',
  '*.secret',
  '*.token',
  '*.privateKey',
  '*.authorization',
]

/** Of an error that has a code its sentence, not its data; of any other one where it came from, too. */
const describeError = (error: unknown): unknown =>
  isCoterieError(error)
    ? { code: error.code, message: error.message }
    : error instanceof Error
      ? pino.stdSerializers.err(error)
      : error

type Pino = ReturnType<typeof pino>

const wrap = (lines: Pino): Logger => ({
  debug: (fields, message) => lines.debug(fields, message),
  info: (fields, message) => lines.info(fields, message),
  warn: (fields, message) => lines.warn(fields, message),
  error: (fields, message) => lines.error(fields, message),
  child: (fields) => wrap(lines.child(fields)),
})

/** JSON lines on standard error, written at once so that the last one before an end is not lost; `keep` is given each, too. */
export const createJsonLogger = (level: string, keep?: (line: string) => void): Logger => {
  const standardError = pino.destination({ fd: 2, sync: true })
  const write = (raw: string): void => {
    const line = tidyLine(raw)
    standardError.write(`${line}\n`)
    keep?.(line)
  }
  return wrap(
    pino(
      {
        level,
        base: null,
        timestamp: pino.stdTimeFunctions.isoTime,
        redact: SECRET_FIELDS,
        serializers: { error: describeError },
      },
      { write },
    ),
  )
}

/** A line for those who only read the journal, of an error that standard error is told in another way. */
export const lastWords = (message: string, error: unknown): string => {
  const time = new Date().toISOString()
  return tidyLine(
    JSON.stringify({ level: LOG_LEVELS.fatal, time, error: describeError(error), msg: message }),
  )
}
